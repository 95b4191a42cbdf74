import type { HistoryPoint, JournalRecord } from '@fedbatch/records';
import type { LiveRun, RunEvent, RunPlan } from '@fedbatch/runtime';
import { type Command, mayAct, type Person, type Receipt, type Tag } from '@fedbatch/vocabulary';
import { mustBe } from '../refuse.ts';
import type { LoadedScenario } from '../scenario/load-scenario.ts';
import { clockRefusal } from './clock-gate.ts';
import { clockTags } from './clock-tags.ts';
import { notedOf } from './command-record.ts';
import { type EventPage, type EventQuery, readEvents } from './event-log.ts';
import { isRefused, judge, needsReason, type Passed, type Refused } from './gate.ts';
import { JobOrders } from './job-orders.ts';
import { JobRuns } from './job-runs.ts';
import { Lockstep } from './lockstep.ts';
import { MaintenanceLog } from './maintenance-log.ts';
import { entryFields, type ManualEntry } from './manual-entry.ts';
import { type ClockMode, PlantClock } from './plant-clock.ts';
import { type PlantEvent, PlantEvents } from './plant-events.ts';
import { PlantHistory } from './plant-history.ts';
import { type Flush, type JournalFile, PlantRecord } from './plant-record.ts';
import { PlantRuns } from './plant-runs.ts';
import type { ProgramRuns } from './program-runs.ts';
import { snapshotNames, writeSnapshot } from './snapshot-file.ts';
import type { StepDone } from './step-barrier.ts';
import { Watchdog } from './watchdog.ts';
import { station } from './who.ts';

export interface LivePlantOptions {
  readonly name: string;
  readonly loaded: LoadedScenario;
  /** Holds journal, history and snapshots. */
  readonly folder: string;
  readonly clock: ClockMode;
  /** Plant seconds for each second of the wall clock. */
  readonly speed: number;
  /** Added to the seed of the scenario, so that copies of a plant differ. */
  readonly seedShift?: number;
  /** When a record is on the disk; default each before its effect. */
  readonly flush?: Flush;
}

/** Times of a plant in lockstep count from its own start, so that a second run leaves the same bytes. */
const msOfH = 3.6e6;

/**
 * One plant that runs now: its clock, the gate for commands, its journal and its history. Whatever a face wants of it goes through `command` or
 * `step`; whatever a face shows stands in `table`.
 */
export class LivePlant {
  readonly name: string;
  readonly plan: RunPlan;
  readonly clock: PlantClock;
  readonly watchdog: Watchdog;
  readonly scenario: LoadedScenario;
  readonly jobs: JobOrders;
  readonly maintenance: MaintenanceLog;
  readonly #runs: PlantRuns;
  readonly #record: PlantRecord;
  readonly #events: PlantEvents;
  readonly #history: PlantHistory;
  readonly #lockstep: Lockstep;
  readonly #jobRuns: JobRuns;
  /** Events that cannot be written down now are written when they can: the plant goes on, and takes no commands meanwhile. */
  readonly #note = ({ kind, subject, says }: RunEvent): 'taken' | 'not taken' => {
    const record = this.#events.write(kind, station, subject, { reason: says });
    if (record === undefined) return 'not taken';
    this.#events.tell({ kind, subject, says, record });
    if (kind === 'run' && !says.startsWith('started')) this.#jobRuns.end(says);
    return 'taken';
  };
  readonly #listeners = new Set<(plant: LivePlant) => void>();
  #closed = false;

  /** Opens the plant, and brings it to where its journal ended. Throws ProblemError where the folder is another plant's. */
  constructor(options: LivePlantOptions) {
    const { name, loaded, folder, clock, speed, seedShift = 0, flush = 'each' } = options;
    this.name = name;
    this.scenario = loaded;
    this.jobs = new JobOrders(this.recipe);
    const seed = loaded.plan.title.seed + seedShift;
    this.plan = { ...loaded.plan, title: { ...loaded.plan.title, seed } };
    this.clock = new PlantClock(clock, speed, this.plan.scanH * msOfH, (show) => this.#scan(show));
    this.watchdog = new Watchdog((says) => this.#trip(says));
    this.#runs = new PlantRuns(this.plan, (runs) => clockTags(this, runs));
    this.#record = new PlantRecord(folder, name, loaded, seed, flush, () => this.clock.recordTime(this.live.timeH));
    this.maintenance = this.#record.recovered?.maintenance ?? new MaintenanceLog();
    this.#events = new PlantEvents(this.#record, () => ({
      scan: this.live.scans,
      timeH: this.live.timeH,
      stampMs: this.stampMs,
    }));
    this.#history = new PlantHistory(folder, this.tags);
    this.#lockstep = new Lockstep(clock, this.#runs, this.#events, (show) => this.#scan(show));
    this.#jobRuns = new JobRuns(this.jobs, this.#runs, this.#events, () => this.stampMs);
    this.#recover();
  }

  get tags(): readonly Tag[] {
    return this.table.tags;
  }

  get table(): LiveRun['table'] {
    return this.live.table;
  }

  get live(): LiveRun {
    return this.#runs.live;
  }

  get folder(): string {
    return this.#record.folder;
  }

  /** The name of what it runs: the folder of its scenario. */
  get recipe(): string {
    return this.scenario.file.split('/').slice(-2)[0] ?? 'recipe';
  }

  get snapshots(): string[] {
    return snapshotNames(this.folder);
  }

  get journalSize(): number {
    return this.#record.size;
  }

  /** The runs of its recipe, also those of earlier sessions, out of the journal. */
  get programs(): ProgramRuns {
    return this.#record.programs;
  }

  /** Records of the journal from number `from` on: commands, refusals, and whatever the plant did. */
  records(from: number, limit: number): JournalRecord[] {
    return this.#record.read(from, limit);
  }

  /** The same as they stand in the file, a line of JSON each: for many readers. */
  recordLines(from: number, limit: number): string[] {
    return this.#record.lines(from, limit);
  }

  /** How many clients must ask for a step before it is made. */
  get barrier(): number {
    return this.#lockstep.clients;
  }

  /** Length of the last step, s. */
  get lastStepS(): number {
    // The table asks for it when it is made, before there are steps.
    return this.#lockstep?.lastStepS ?? 0;
  }

  /** Calls back after every scan, and after whatever else moved a tag; returns what ends it. */
  onScan(listener: (plant: LivePlant) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onEvent(listener: (event: PlantEvent) => void): () => void {
    return this.#events.listen(listener);
  }

  /** The one way in: judged, written down, then done. */
  command(person: Person, command: Exclude<Command, { kind: 'step' }>, reason?: string): Receipt {
    const verdict = this.#judge(person, command);
    if (isRefused(verdict)) return this.#events.refuse(person, command, verdict, reason);
    if (needsReason(command) && !reason?.trim()) return this.#events.refuse(person, command, noReason, reason);
    const job = command.kind === 'job' ? this.#jobRuns.noteOf(command, person) : undefined;
    const noted = notedOf(command, this.live.scans, verdict.changes, job);
    // A snapshot must be there before a record says so.
    if (command.kind === 'clock' && command.action === 'snapshot')
      writeSnapshot(this.folder, command.name, this.live.snapshot());
    const next = command.kind === 'clock' ? this.#next(command) : undefined;
    if (next === 'impossible') return this.#events.refuse(person, command, cannotRestore, reason);
    const receipt = this.#events.accept(person, verdict, noted, reason);
    if (!receipt.accepted) return receipt;
    for (const change of verdict.changes) this.live.mailbox.post(change);
    if (job) this.jobs.apply(job, person);
    if (command.kind === 'maintain') {
      const { actuator, action } = command;
      this.maintenance.add({ actuator, action, timeH: this.live.timeH });
    }
    if (command.kind === 'clock') this.#turn(command, next);
    return receipt;
  }

  /**
   * Lockstep: writes set points and makes scans for `dtS` seconds. With a barrier it waits for the others, and then the writes of all are applied, by
   * the names of the participants.
   */
  step(
    person: Person,
    participant: string,
    dtS: number,
    writes: (Command & { kind: 'step' })['writes'],
    onGone?: AbortSignal,
  ): Promise<StepDone> {
    // Whoever may step lets the next job begin; who only looks does not.
    if (this.clock.mode === 'lockstep' && mayAct(person.role, 'operator')) this.#beginJob();
    return this.#lockstep.step({ person, participant, dtS, writes, onGone });
  }

  /** How many clients a step waits for; whoever waits already is let through when that is enough. */
  setBarrier(person: Person, clients: number): Receipt {
    return this.#lockstep.setBarrier(person, clients);
  }

  /** Watches a counter that the client writes by `beat`: silence longer than `limitS` holds the plant. 0 ends it. */
  watch(person: Person, limitS: number): Receipt {
    const isTime = Number.isFinite(limitS) && limitS >= 0 && limitS <= 3600;
    const verdict: Passed | Refused = isTime
      ? judge(this.live, person, { kind: 'recipe', action: 'hold' })
      : { refusal: 'limits', says: `A silence of ${limitS} s lies outside 0 to 3600 s. 0 ends the watch.` };
    const subject = 'watchdog.client.limit';
    if (isRefused(verdict)) return this.#events.refuse(person, { kind: 'write', tag: subject, value: limitS }, verdict);
    const old = this.watchdog.limitMs / 1000;
    const receipt = this.#events.accept(
      person,
      { changes: [], subject, old, unit: 's' },
      { scan: this.live.scans, limitS },
    );
    if (receipt.accepted) this.watchdog.watch(1000 * limitS, performance.now());
    this.refresh();
    return receipt;
  }

  /** Puts on record what a person did or found, and gives the number of the record. Throws ProblemError. */
  enter(person: Person, entry: ManualEntry): number {
    const { subject, ...fields } = entryFields(person, entry, this.journalSize);
    const record = this.#record.append('entry', person, subject, fields);
    this.#events.tell({ kind: 'entry', subject, says: fields.reason, person, record, new: fields.new });
    return record;
  }

  /** The client lives. Its count changes nothing of the plant and is not on record; who only looks keeps no plant alive. Throws ProblemError. */
  beat(person: Person, count: number): void {
    mustBe(person, 'operator', 'to move the counter of a client');
    this.watchdog.beat(count, performance.now());
  }

  /** Looks after what the wall clock moves. */
  look(nowMs: number): void {
    const before = this.watchdog.state;
    if (this.clock.mode === 'paced') this.#beginJob();
    this.watchdog.look(nowMs);
    if (this.watchdog.state !== before) this.refresh();
  }

  /** Brings the journal to the disk, where that is not done with each record. */
  sync(): void {
    this.#record.sync();
  }

  refresh(): void {
    this.live.table.refresh();
    this.#show();
  }

  /** Stored points of a tag; stamps in ms since 1970, in lockstep in ms of the plant's own clock. */
  history(
    tag: string,
    fromMs: number,
    toMs: number,
    limit: number,
    fromRow?: number,
  ): { readonly points: HistoryPoint[]; readonly next: number } {
    return this.#history.read(tag, fromMs, toMs, limit, fromRow);
  }

  /** At most `points` stored points of a tag, thinned so that no peak is lost. Throws ProblemError below eight. */
  trend(tag: string, fromMs: number, toMs: number, points: number): HistoryPoint[] {
    return this.#history.trend(tag, fromMs, toMs, points);
  }

  /** Writes the samples of a run as a CSV file, where that is not there, and gives its path; scans go on meanwhile. */
  writeSamples(run: number): Promise<string> {
    return this.#history.writeSamples(run, this.plan.scanH);
  }

  /** The journal up to a record and with it. */
  journalUpTo(record: number): JournalFile {
    return this.#record.upTo(record);
  }

  /** What happened, out of the journal: the same events that listeners were told of. */
  events(query: EventQuery): Promise<EventPage> {
    return readEvents(this.#record.file, query);
  }

  /** The stamp that a sample taken now would have. */
  get stampMs(): number {
    if (this.clock.mode === 'paced') return Math.max(Date.now(), this.#history.lastStampMs);
    return Math.round(this.#runs.scans * this.plan.scanH * msOfH);
  }

  /** Ends the plant so that it can be opened again where it was. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.clock.pause();
    this.#events.write('station', station, this.name, { new: { scan: this.live.scans, says: 'closed' } });
    this.#record.close();
    this.#history.close();
  }

  #judge(person: Person, command: Command): Passed | Refused {
    const verdict = judge(this.live, person, command);
    if (!isRefused(verdict) && command.kind === 'job') return this.#jobRuns.judge(person, command, verdict);
    if (isRefused(verdict) || command.kind !== 'clock') return verdict;
    return clockRefusal(command, this.clock.mode, this.folder) ?? verdict;
  }

  /** Lets the next job begin where it may. */
  #beginJob(): void {
    const nowMs = this.clock.mode === 'paced' ? Date.now() : undefined;
    if (this.#jobRuns.begin(nowMs, (live) => this.#begin(live)) === 'none') return;
    this.clock.run();
    this.refresh();
  }

  /** The run that a reset or a restore goes on with: it must be there before the record says so. */
  #next(command: Command & { kind: 'clock' }): LiveRun | 'impossible' | undefined {
    if (command.action === 'reset') return this.#runs.fresh();
    if (command.action !== 'restore') return undefined;
    return this.#runs.restored(this.folder, command.name) ?? 'impossible';
  }

  #turn(command: Command & { kind: 'clock' }, next: LiveRun | undefined): void {
    switch (command.action) {
      case 'run':
        this.clock.run();
        break;
      case 'pause':
        this.clock.pause();
        break;
      case 'speed':
        this.clock.speed = command.speed;
        break;
    }
    if (next) this.#begin(next);
    this.refresh();
  }

  #begin(live: LiveRun): void {
    this.#jobRuns.end('aborted: the plant was started anew');
    this.#runs.begin(live);
    this.maintenance.goOn(live.timeH);
    if (this.clock.isRunning) this.clock.run();
  }

  #scan(show: boolean): 'goes on' | 'ended' {
    const says = this.live.scan();
    this.#runs.handOver(this.#note);
    if (this.live.scans % this.plan.recordEvery === 0 || says === 'ended') this.#keep();
    if (show || says === 'ended') this.#show();
    return says;
  }

  #keep(): void {
    const { stampMs } = this;
    this.#history.keep(this.table, { stampMs, run: this.#runs.number, scan: this.live.scans });
  }

  #show(): void {
    for (const listener of this.#listeners) listener(this);
  }

  /** A client has fallen silent: the recipe is held, and what a person feeds by hand rests. */
  #trip(says: string): void {
    const person: Person = { name: 'watchdog', role: 'operator', face: 'station', session: null };
    const record = this.#events.write('alarm', person, 'watchdog.client', { reason: says }) ?? -1;
    this.#events.tell({ kind: 'watchdog', subject: 'watchdog.client', says, record, person });
    this.command(person, { kind: 'recipe', action: 'hold' }, says);
    const fed = new Set(this.plan.phases.flatMap(({ feed }) => (feed ? [feed.input] : [])));
    for (const { id, of, low, writes } of this.tags) {
      if (!writes || !id.endsWith('.setpoint') || !fed.has(of ?? '')) continue;
      if (this.table.values[this.table.slotOf(id.replace(/setpoint$/, 'mode'))] === 1)
        this.command(person, { kind: 'write', tag: id, value: low }, says);
    }
  }

  #recover(): void {
    const { recovered } = this.#record;
    if (recovered) {
      const last = this.#history.last();
      const sampled = last && last.run === recovered.run ? last.scan : 0;
      this.#runs.recover(recovered, Math.max(recovered.scans, sampled), () => {
        this.#runs.countTo(Math.round(this.#history.lastStampMs / (this.plan.scanH * msOfH)));
        if (this.live.scans > sampled && this.live.scans % this.plan.recordEvery === 0) this.#keep();
      });
      for (const { note, person } of recovered.jobs) this.jobs.apply(note, person);
      this.#record.append('station', station, this.name, { new: { scan: this.live.scans, says: 'opened again' } });
    }
    this.#runs.handOver(this.#note);
    // A crash may have come between the end of a run and that of its job.
    if (this.live.ended) this.#jobRuns.end(this.live.events.findLast(({ kind }) => kind === 'run')!.says);
    if (this.#history.size === 0) this.#keep();
  }
}

const noReason: Refused = {
  refusal: 'reason',
  says: 'A decision about a feed needs a reason, for whoever reads the record. Say why.',
};
const cannotRestore: Refused = {
  refusal: 'state',
  says: 'The snapshot does not lead to the state that it was taken at. Restore it with the version that it was taken with.',
};
