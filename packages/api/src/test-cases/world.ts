import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '@fedbatch/station';
import type { Role } from '@fedbatch/vocabulary';
import type { Ask } from '../test-document.ts';
import { endlessly, linesOf, personOf, type Served, served, when } from '../test-station.ts';

/** How an operation is asked so that it gives an answer with some status. `role`: who is about to ask. */
export type Case = (world: World, role: Role) => Ask | Promise<Ask>;

/** How each answer that is documented comes about, by the id of the operation and the status. Who asks for a problem is an administrator. */
export type Cases = Readonly<Record<string, Readonly<Record<number, Case>>>>;

/** A station in which everything can be asked for: ended runs and studies, a run that holds the only thread, plants of either clock. */
export interface World extends Served {
  readonly done: Job;
  readonly study: Job;
  readonly endless: Job;
  /** What is done when a test has ended. */
  readonly later: (() => unknown)[];
  /** A new job that waits, and a new one that was stopped before it began. */
  waiting(at: 'runs' | 'studies'): Promise<Job>;
  stopped(at: 'runs' | 'studies'): Promise<Job>;
  /** A word that was not used before. */
  newName(): string;
}

const subject = 'scenarios/ecoli-exponential';

export async function openWorld(): Promise<World> {
  const scenario = join(import.meta.dirname, '../../../../sims', subject);
  const base = await served({ scenarios: [scenario], work: { jobs: 1, threads: 1 } }, { requestsPerMinute: 1_000_000 });
  const { station } = base;
  const eve = personOf('engineer');
  station.addPlant(eve, { name: 'paced', scenario: subject, settings: [], clock: 'paced', speed: 1 });
  const study = () =>
    station.jobs.ask(eve, {
      kind: 'ensemble',
      subject,
      settings: linesOf({ scan: '1 min', 'recipe.batch.at most': '0.1 h', 'recipe.fed-batch.for': '0.1 h' }),
      vary: ['charge.X=10 %'],
      members: 2,
      design: 'sobol',
    });
  const first = [await base.run(), await study()];
  const [done, studied] = await Promise.all(first.map(({ id }) => when(station, id)));
  // A run without faults leaves no file of them; this one gets its own.
  writeFileSync(join(station.jobs.folderOf(done!.id), 'faults.json'), '{}');
  const endless = await base.run(endlessly);
  await when(station, endless.id, ({ status }) => status === 'running');
  station.jobs.pause(eve, endless.id);
  const waiting = (at: 'runs' | 'studies'): Promise<Job> => (at === 'runs' ? base.run() : study());
  let count = 0;
  return {
    ...base,
    done: done!,
    study: studied!,
    endless,
    later: [],
    waiting,
    stopped: async (at) => station.jobs.stop(eve, (await waiting(at)).id),
    newName: () => `made-${++count}`,
  };
}

/** The queue as it is when nothing more is taken. */
export function fullQueue({ station, later }: World): void {
  instead(later, station.jobs, 'isFull', true);
}

/** Lets a thing have another property of its own, until the test has ended. */
function instead<Thing extends object>(later: World['later'], thing: Thing, key: keyof Thing, value: unknown): void {
  Object.defineProperty(thing, key, { value, configurable: true });
  later.push(() => Reflect.deleteProperty(thing, key));
}

/** So many questions wait before the next one that it is not taken. They are about a file that is not there, and so are answered soon. */
export function fullDesk({ station, later }: World): void {
  const ask = station.desk.ask.bind(station.desk);
  instead(later, station.desk, 'ask', (question: Parameters<typeof ask>[0]) => {
    const files = station.library.files;
    const others = Array.from({ length: 64 }, () =>
      ask({ kind: 'inspect', files, path: 'none', settings: [], want: 'check' }),
    );
    const all = Promise.allSettled(others);
    later.push(() => all);
    return ask(question);
  });
}

/** Lets the files that jobs follow from hold other bytes, until the test has ended. */
export function spoilKeptFiles({ folder, later }: World): void {
  const kept = join(folder, 'jobs/files');
  for (const name of readdirSync(kept)) {
    const bytes = readFileSync(join(kept, name));
    writeFileSync(join(kept, name), 'other bytes');
    later.push(() => writeFileSync(join(kept, name), bytes));
  }
}
