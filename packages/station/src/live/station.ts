import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Journal, type Json } from '@fedbatch/records';
import { type Person, ProblemError, Problems, type Role } from '@fedbatch/vocabulary';
import { loadScenario } from '../scenario/load-scenario.ts';
import { LivePlant } from './live-plant.ts';
import { LoginThrottle } from './login-throttle.ts';
import type { ClockMode } from './plant-clock.ts';
import type { Flush } from './plant-record.ts';
import { Users } from './users.ts';

export interface StationOptions {
  /** Folder of journals, histories, snapshots and users. */
  readonly folder: string;
  /** Scenario folders or files; one plant each and copy. */
  readonly scenarios: readonly string[];
  readonly settings?: readonly string[];
  /** Plants of each scenario; they differ in their seeds. */
  readonly copies?: number;
  readonly clock: ClockMode;
  readonly speed: number;
  /** When records are on the disk; default each before its effect. */
  readonly flush?: Flush;
}

/** Longest time in ms between two looks at what the wall clock moves. */
const lookMs = 100;

/** One installation: its plants, its users, and the record of who came and went. Faces stand on it and on nothing else. */
export class Station {
  readonly plants: ReadonlyMap<string, LivePlant>;
  readonly users: Users;
  readonly throttle = new LoginThrottle();
  readonly folder: string;
  readonly #journal: Journal;
  readonly #timer: NodeJS.Timeout;
  #closed = false;
  #looks = 0;

  /** Opens every plant where it was left. Throws ProblemError with what is wrong with scenarios, users or folders. */
  constructor({ folder, scenarios, settings = [], copies = 1, clock, speed, flush = 'each' }: StationOptions) {
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.users = Users.open(join(folder, 'users.json'));
    const plants = scenarios.flatMap((scenario) => {
      const loaded = loadScenario(scenario, settings);
      return Array.from({ length: copies }, (_, seedShift) => ({ loaded, seedShift }));
    });
    if (plants.length === 0) refuseEmpty();
    this.plants = new Map(
      plants.map(({ loaded, seedShift }, i) => {
        const name = `Bioreactor${i + 1}`;
        return [name, new LivePlant({ name, loaded, seedShift, folder: join(folder, name), clock, speed, flush })];
      }),
    );
    this.#journal = new Journal(join(folder, 'station.jsonl'), { batch: 'station', flush: 'each' });
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  /** Starts the clocks, one after the other within a scan so that they do not all tick at once. */
  start(): void {
    for (const plant of this.plants.values()) plant.clock.run();
  }

  /** Who may log in as what; undefined where name and password do not belong together, or the name has to wait. Both are on record. */
  logIn(name: string, password: string, face: string, from: string): Person | undefined {
    const now = performance.now();
    const waitMs = this.throttle.waitMs(name, now);
    const isRight = waitMs === 0 && this.users.check(name, password);
    if (isRight) this.throttle.succeeded(name);
    else if (waitMs === 0) this.throttle.failed(name, now);
    const role = isRight ? this.users.roleOf(name) : undefined;
    const why = isRight ? undefined : waitMs > 0 ? 'too many wrong passwords' : 'wrong name or password';
    this.note('login', name.slice(0, 64) || '-', face, { from, ...(role ? { role } : { refused: why as string }) });
    return role && { name, role, face, session: null };
  }

  /** A line in the station's own journal: who came and went, what was changed of the installation. */
  note(type: string, subject: string, face: string, says: Json, role: Role | null = null): void {
    if (this.#closed) return;
    const t = {
      wall: new Date().toISOString(),
      mono: null,
      sim: null,
      clockSource: 'system',
      syncState: 'unknown',
    } as const;
    this.#journal.append({ type, subject, actor: { human: subject, agent: face, role, session: null }, t, new: says });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    for (const plant of this.plants.values()) plant.close();
    this.#journal.close();
  }

  #look(): void {
    const now = performance.now();
    const isSecond = this.#looks++ % Math.round(1000 / lookMs) === 0;
    for (const plant of this.plants.values()) {
      plant.look(now);
      if (isSecond) plant.sync();
    }
  }
}

function refuseEmpty(): never {
  const problems = new Problems();
  problems.error(
    'STATION_SERVE_EMPTY',
    undefined,
    'There is no scenario to serve.',
    'Name a folder, as sims/scenarios/ecoli-exponential.',
  );
  throw new ProblemError(problems.list);
}
