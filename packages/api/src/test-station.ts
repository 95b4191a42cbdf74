import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hasEnded, type Job, Station, type StationOptions } from '@fedbatch/station';
import { type Person, type Role, roles } from '@fedbatch/vocabulary';
import { ApiFace, type ApiOptions } from './face.ts';

export const names: Readonly<Record<Role, string>> = {
  observer: 'otto',
  operator: 'olga',
  engineer: 'eve',
  administrator: 'ada',
};

export const personOf = (role: Role): Person => ({ name: names[role], role, face: 'http', session: null });
export const password = 'knows-the-password';

/** Settings that make the shipped fed-batch as short as can be, and so long that no test sees its end. */
export const briefly = { 'recipe.batch.at most': '0.1 h', 'recipe.fed-batch.for': '0.1 h', scan: '1 min' };
export const endlessly = { 'recipe.fed-batch.for': '8760 h' };
export const linesOf = (set: Readonly<Record<string, string>>): string[] =>
  Object.entries(set).map(([path, value]) => `${path}=${value}`);

/** A whole station in a folder of its own, served on a port of its own, with a user and a token in each role. */
export interface Served {
  readonly folder: string;
  readonly station: Station;
  readonly face: ApiFace;
  readonly address: string;
  readonly tokens: Readonly<Record<Role, string>>;
  /** Asks for a job as the engineer. */
  run(set?: Readonly<Record<string, string>>): Promise<Job>;
  close(): Promise<void>;
}

export async function served(station: Partial<StationOptions> = {}, api: Partial<ApiOptions> = {}): Promise<Served> {
  const folder = station.folder ?? mkdtempSync(join(tmpdir(), 'fedbatch-api-'));
  const owner = new Station({ clock: 'lockstep', speed: 1, ...station, folder });
  const tokens = Object.fromEntries(
    roles.map((role) => {
      owner.users.put({ name: names[role], role });
      return [role, owner.users.addToken(names[role], 'test', null).text];
    }),
  ) as Record<Role, string>;
  const face = await ApiFace.start(owner, { port: 0, host: '127.0.0.1', lab: 'locked', ...api });
  return {
    folder,
    station: owner,
    face,
    address: face.address,
    tokens,
    run: (set = briefly) =>
      owner.jobs.ask(personOf('engineer'), {
        kind: 'run',
        subject: 'scenarios/ecoli-exponential',
        settings: linesOf(set),
      }),
    close: async () => {
      await face.stop();
      await owner.close();
      if (station.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The job as it is when it has come so far. */
export function when({ jobs }: Station, id: string, isSo: (job: Job) => boolean = hasEnded): Promise<Job> {
  return new Promise((resolve) => {
    const look = (job: Job): void => {
      if (job.id !== id || !isSo(job)) return;
      stop();
      resolve(job);
    };
    const stop = jobs.onChange(look);
    look(jobs.get(id));
  });
}

/** Lets somebody else write into the journal of a plant, so that the station can no longer. */
export function spoilJournal(folder: string, plant: string): void {
  appendFileSync(join(folder, plant, 'journal.jsonl'), 'not a record\n');
}

export const repository = resolve(import.meta.dirname, '../../..');
