import { accessSync, constants, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { claimFile, Journal, type JournalRecord, type Json } from '@fedbatch/records';
import type { Person, Role } from '@fedbatch/vocabulary';
import { JobResults } from '../jobs/job-results.ts';
import { Jobs } from '../jobs/jobs.ts';
import { QuestionDesk } from '../jobs/question-desk.ts';
import { Library } from '../library/library.ts';
import { mustBe, refuse } from '../refuse.ts';
import { versions } from '../versions.ts';
import type { LivePlant } from './live-plant.ts';
import { LoginThrottle } from './login-throttle.ts';
import type { ClockMode } from './plant-clock.ts';
import { type PlantOrder, PlantOrders } from './plant-orders.ts';
import type { Flush } from './plant-record.ts';
import { openServed, type ServedScenario } from './served-plants.ts';
import { Users } from './users.ts';
import { station } from './who.ts';

export interface StationOptions {
  /** Folder of journals, histories, snapshots and users. */
  readonly folder: string;
  /** Scenario folders or files; one plant each and copy. None: plants are ordered while the station runs. */
  readonly scenarios?: readonly (string | ServedScenario)[];
  readonly settings?: readonly string[];
  /** Plants of each scenario; they differ in their seeds. */
  readonly copies?: number;
  readonly clock: ClockMode;
  readonly speed: number;
  /** When records are on the disk; default each before its effect. */
  readonly flush?: Flush;
  /** Folder of organisms, vessels, scenarios and studies; default those that are shipped. */
  readonly library?: string;
  readonly work?: Partial<WorkLimits>;
}

/** How much work is done beside the plants. */
export interface WorkLimits {
  /** Jobs that are worked on at once; default 1. */
  readonly jobs: number;
  /** Threads for the members of one study; default one a core. */
  readonly threads: number;
  /** Jobs that may wait; default 200. */
  readonly queue: number;
  /** Computing time of one run, s; default 600. */
  readonly budgetS: number;
  /** What one thread may hold, MB; default 2048. */
  readonly heapMb: number;
  /** Results that stay though nobody keeps them; default 1000. */
  readonly results: number;
}

/** Longest time in ms between two looks at what the wall clock moves. */
const lookMs = 100;
/** Questions that may wait for their answers. */
const deskLimit = 64;
const shipped = join(import.meta.dirname, '../../../../sims');

/** One installation: its plants, its jobs, its library, its users, and the record of who came and went. Faces stand on it and on nothing else. */
export class Station {
  readonly users: Users;
  readonly throttle = new LoginThrottle();
  readonly folder: string;
  readonly library: Library;
  readonly jobs: Jobs;
  readonly results: JobResults;
  readonly desk: QuestionDesk;
  /** How many sessions each face holds open, from the faces that know sessions. */
  readonly sessions = new Map<string, () => number>();
  readonly #plants: Map<string, LivePlant>;
  readonly #orders: PlantOrders;
  readonly #journal: Journal;
  readonly #timer: NodeJS.Timeout;
  readonly #giveBack: () => void;
  readonly #plantListeners = new Set<(plant: LivePlant, what: 'added' | 'removed') => void>();
  #closed = false;
  #looks = 0;

  /** Opens every plant where it was left. Throws ProblemError with what is wrong with scenarios, users or folders. */
  constructor(options: StationOptions) {
    const { folder, scenarios = [], settings = [], copies = 1, clock, speed, flush = 'each', work = {} } = options;
    mkdirSync(folder, { recursive: true });
    this.folder = folder;
    this.#giveBack = claimed(folder);
    try {
      this.users = Users.open(join(folder, 'users.json'));
      this.#plants = openServed(scenarios, { folder, settings, copies, clock, speed, flush });
      this.#journal = new Journal(join(folder, 'station.jsonl'), { batch: 'station', flush: 'each' });
      if (this.#journal.torn !== undefined)
        this.record('journal.torn', 'station.jsonl', station, { aside: basename(this.#journal.torn) });
      const note = (type: string, subject: string, person: Person, says: Json): void =>
        this.record(type, subject, person, says);
      this.library = new Library(options.library ?? shipped, join(folder, 'library'), note);
      this.#orders = new PlantOrders(folder, flush);
      for (const plant of this.#orders.reopen(this.#plants)) this.#plants.set(plant.name, plant);
      this.desk = new QuestionDesk(work.heapMb ?? 2048, deskLimit);
      this.jobs = new Jobs({
        folder: join(folder, 'jobs'),
        library: this.library.files,
        versions: versions(),
        workers: work.jobs ?? 1,
        studyWorkers: work.threads ?? availableParallelism(),
        queueLimit: work.queue ?? 200,
        budgetS: work.budgetS ?? 600,
        heapMb: work.heapMb ?? 2048,
        keepJobs: work.results ?? 1000,
        desk: this.desk,
        note,
      });
      this.results = new JobResults(this.jobs, this.desk);
    } catch (error) {
      this.#giveBack();
      throw error;
    }
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  get plants(): ReadonlyMap<string, LivePlant> {
    return this.#plants;
  }

  /** Starts the clocks, one after the other within a scan so that they do not all tick at once. */
  start(): void {
    for (const plant of this.#plants.values()) plant.clock.run();
  }

  /** Calls back when a plant is there, and when one goes; returns what ends it. */
  onPlant(listener: (plant: LivePlant, what: 'added' | 'removed') => void): () => void {
    this.#plantListeners.add(listener);
    return () => void this.#plantListeners.delete(listener);
  }

  /** Builds a plant from a scenario of the library and starts its clock; it is there again at the next start. Throws ProblemError. */
  addPlant(person: Person, order: PlantOrder): LivePlant {
    const plant = this.#orders.add(person, order, this.#plants, this.library.files, () =>
      this.record('plant.added', order.name, person, { ...order, settings: [...order.settings] }),
    );
    this.#plants.set(plant.name, plant);
    for (const listener of this.#plantListeners) listener(plant, 'added');
    plant.clock.run();
    return plant;
  }

  /** Takes a plant down that was ordered while the station ran. Its record stays on the disk. Throws ProblemError. */
  removePlant(person: Person, name: string): void {
    const plant = this.plant(name);
    this.#orders.remove(person, name, () => this.record('plant.removed', name, person, {}));
    this.#plants.delete(name);
    for (const listener of this.#plantListeners) listener(plant, 'removed');
    plant.close();
  }

  /** Throws ProblemError where there is none. */
  plant(name: string): LivePlant {
    return (
      this.#plants.get(name) ??
      refuse('STATION_PLANT_UNKNOWN', `There is no plant \`${name.slice(0, 60)}\`.`, 'List them for their names.')
    );
  }

  /** Who may log in as what; undefined where name and password do not belong together, or the name has to wait. Both are on record. */
  logIn(name: string, password: string, face: string, from: string): Person | undefined {
    const waitMs = this.throttle.waitMs(name, performance.now());
    const isRight = waitMs === 0 && this.users.check(name, password);
    return this.#loggedIn(name, isRight, waitMs, face, from);
  }

  /** The same, without holding up the plants while the password is checked. */
  async logInAside(name: string, password: string, face: string, from: string): Promise<Person | undefined> {
    const waitMs = this.throttle.waitMs(name, performance.now());
    const isRight = waitMs === 0 && (await this.users.checkAside(name, password));
    return this.#loggedIn(name, isRight, waitMs, face, from);
  }

  /** Makes a token for a user and gives its text, which is kept nowhere. Throws ProblemError. */
  makeToken(person: Person, name: string, label: string, expires: string | null): ReturnType<Users['addToken']> {
    if (person.name !== name) mustBe(person, 'administrator', 'to make a token for somebody else');
    if (this.users.roleOf(name) === undefined)
      refuse(
        'STATION_USER_UNKNOWN',
        `There is no user \`${name.slice(0, 64)}\`.`,
        'Add one with `fedbatch users add`.',
      );
    const made = this.users.addToken(name, label, expires);
    this.record('token.made', made.token.id, person, { user: name, label, expires });
    return made;
  }

  /** Ends a token of one's own. Throws ProblemError where there is none. */
  removeToken(person: Person, id: string): void {
    if (!this.users.removeToken(person.name, id))
      refuse('STATION_TOKEN_UNKNOWN', `There is no token \`${id.slice(0, 40)}\` of yours.`, 'List them for their ids.');
    this.record('token.removed', id, person, {});
  }

  listUsers(person: Person): { readonly name: string; readonly role: Role }[] {
    mustBe(person, 'administrator', 'to list the users');
    return this.users.list.map(({ name, role }) => ({ name, role }));
  }

  /** Why the station takes no work now; undefined where it does. */
  whyNotReady(): string | undefined {
    if (this.#closed) return 'The station is being closed.';
    if (this.jobs.isFull) return `${this.jobs.waiting} jobs wait, and no more are taken.`;
    try {
      accessSync(this.folder, constants.W_OK);
      return undefined;
    } catch {
      return 'The folder of the station cannot be written.';
    }
  }

  /** A line in the station's own journal: who came and went, what was changed of the installation. */
  note(type: string, subject: string, face: string, says: Json, role: Role | null = null): void {
    this.#append(type, subject, { human: subject, agent: face, role, session: null }, says);
  }

  /** The same of somebody who is logged in. */
  record(type: string, subject: string, { name, face, role, session }: Person, says: Json): void {
    this.#append(type, subject, { human: name, agent: face, role, session }, says);
  }

  /** Records of the station's own journal, from number `from` on. Throws ProblemError where the role does not reach. */
  records(person: Person, from: number, limit: number): JournalRecord[] {
    mustBe(person, 'engineer', 'to read the journal of the station');
    return this.#journal.read(from, limit);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    clearInterval(this.#timer);
    for (const plant of this.#plants.values()) plant.close();
    this.#closed = true;
    this.#journal.close();
    await Promise.all([this.jobs.close(), this.desk.close()]);
    this.#giveBack();
  }

  #loggedIn(name: string, isRight: boolean, waitMs: number, face: string, from: string): Person | undefined {
    if (isRight) this.throttle.succeeded(name);
    else if (waitMs === 0) this.throttle.failed(name, performance.now());
    const role = isRight ? this.users.roleOf(name) : undefined;
    const why = isRight ? undefined : waitMs > 0 ? 'too many wrong passwords' : 'wrong name or password';
    this.note('login', name.slice(0, 64) || '-', face, { from, ...(role ? { role } : { refused: why as string }) });
    return role && { name, role, face, session: null };
  }

  #append(
    type: string,
    subject: string,
    actor: { human: string; agent: string; role: string | null; session: string | null },
    says: Json,
  ): void {
    if (this.#closed) return;
    const t = {
      wall: new Date().toISOString(),
      mono: null,
      sim: null,
      clockSource: 'system',
      syncState: 'unknown',
    } as const;
    this.#journal.append({ type, subject, actor, t, new: says });
  }

  #look(): void {
    const now = performance.now();
    const isSecond = this.#looks++ % Math.round(1000 / lookMs) === 0;
    for (const plant of this.#plants.values()) {
      plant.look(now);
      if (isSecond) plant.sync();
    }
    if (isSecond) this.#readUsers();
  }

  /** Takes in what was written into the users file beside the station. */
  #readUsers(): void {
    const noted = (type: string, says: Json): void => this.record(type, 'users.json', station, says);
    try {
      if (this.users.refresh()) noted('users.read', { users: this.users.list.length });
    } catch (error) {
      noted('users.unreadable', { says: (error as Error).message });
    }
  }
}

/** Two servers that wrote into one folder would tear each other's records. Returns what gives it back. */
function claimed(folder: string): () => void {
  return (
    claimFile(join(folder, 'station.lock')) ??
    refuse(
      'STATION_FOLDER_TAKEN',
      `Another server works in the folder ${folder}.`,
      'Stop that one, or give this one a folder of its own with --data, or `data` in its file.',
    )
  );
}
