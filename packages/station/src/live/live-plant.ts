import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HistoryFile, type HistoryPoint, type JournalRecord, type Json, type RecordTime } from '@fedbatch/records';
import { type Change, LiveRun, type MoreTag, type RunEvent, type RunPlan } from '@fedbatch/runtime';
import { type Command, mayAct, type Person, type Receipt, type Tag } from '@fedbatch/vocabulary';
import { mustBe } from '../refuse.ts';
import type { LoadedScenario } from '../scenario/load-scenario.ts';
import { clockTags } from './clock-tags.ts';
import { plain, subjectOf } from './command-record.ts';
import { type EventPage, type EventQuery, readEvents } from './event-log.ts';
import { isRefused, judge, needsReason, type Passed, type Refused } from './gate.ts';
import { changesOf, type JobNote, JobOrders, recipeChanges } from './job-orders.ts';
import { MaintenanceLog } from './maintenance-log.ts';
import { entryFields, type ManualEntry } from './manual-entry.ts';
import { type ClockMode, PlantClock } from './plant-clock.ts';
import { type Flush, type JournalFile, type Noted, PlantRecord } from './plant-record.ts';
import type { ProgramRuns } from './program-runs.ts';
import { writeSamples } from './samples-file.ts';
import { hasSnapshot, isSnapshotName, readSnapshot, snapshotNames, writeSnapshot } from './snapshot-file.ts';
import { StepBarrier, type StepDone } from './step-barrier.ts';
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

/** Something that happened at a plant and that a face may tell of. */
export interface PlantEvent {
  readonly kind: RunEvent['kind'] | 'command' | 'refused' | 'watchdog' | 'entry' | 'job';
  readonly subject: string;
  readonly says: string;
  /** As samples are stamped: ms since 1970, in lockstep ms of the plant's own clock, so that a second run tells the same. */
  readonly stampMs: number;
  readonly timeH: number;
  readonly person?: Person;
  readonly old?: Json;
  readonly new?: Json;
  /** seq of the journal record. */
  readonly record: number;
}

const fastest = 1e6;
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
  readonly #record: PlantRecord;
  readonly #history: HistoryFile;
  readonly #columns: Int32Array;
  readonly #more: readonly MoreTag[];
  readonly #barrier = new StepBarrier();
  readonly #listeners = new Set<(plant: LivePlant) => void>();
  readonly #eventListeners = new Set<(event: PlantEvent) => void>();
  readonly #row: { values: Float64Array; qualities: Uint8Array };
  #live: LiveRun;
  #told = 0;
  #runs = 0;
  /** Scans of all runs before the present one. */
  #earlier = 0;
  #lastStampMs = 0;
  #closed = false;
  #lastStepS = 0;

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
    this.#more = clockTags(this);
    this.#live = new LiveRun(this.plan, this.#more);
    this.#record = new PlantRecord(folder, name, loaded, seed, flush, () => this.#stamp());
    this.maintenance = this.#record.recovered?.maintenance ?? new MaintenanceLog();
    const stored = this.tags.flatMap(({ from, type }, slot) => (from === 'clock' || type === 'text' ? [] : [slot]));
    this.#columns = Int32Array.from(stored);
    this.#history = new HistoryFile(
      folder,
      'history',
      stored.map((slot) => this.tags[slot]!.id),
    );
    this.#row = { values: new Float64Array(stored.length), qualities: new Uint8Array(stored.length) };
    this.#lastStampMs = this.#history.last()?.stampMs ?? 0;
    this.#recover();
  }

  get tags(): readonly Tag[] {
    return this.#live.table.tags;
  }

  get table(): LiveRun['table'] {
    return this.#live.table;
  }

  get live(): LiveRun {
    return this.#live;
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
    return this.#barrier.clients;
  }

  /** Length of the last step, s. */
  get lastStepS(): number {
    return this.#lastStepS;
  }

  /** Calls back after every scan, and after whatever else moved a tag; returns what ends it. */
  onScan(listener: (plant: LivePlant) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onEvent(listener: (event: PlantEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => void this.#eventListeners.delete(listener);
  }

  /** The one way in: judged, written down, then done. */
  command(person: Person, command: Exclude<Command, { kind: 'step' }>, reason?: string): Receipt {
    const verdict = this.#judge(person, command);
    if (isRefused(verdict)) return this.#refuse(person, command, verdict, reason);
    if (needsReason(command) && !reason?.trim()) return this.#refuse(person, command, noReason, reason);
    const noted: Noted = {
      scan: this.#live.scans,
      ...(verdict.changes.length > 0 && { changes: verdict.changes }),
      ...(command.kind === 'clock' && { clock: command.action }),
      ...(command.kind === 'clock' && 'name' in command && { name: command.name }),
      ...(command.kind === 'clock' && 'speed' in command && { speed: command.speed }),
      ...('program' in command && command.program && { program: plain(command.program) as never }),
      ...(command.kind === 'alarm' && { alarm: command.action }),
      ...(command.kind === 'maintain' && { task: command.action }),
      ...(command.kind === 'job' && { job: this.#noteOf(command, person) }),
    };
    // A snapshot must be there before a record says so.
    if (command.kind === 'clock' && command.action === 'snapshot')
      writeSnapshot(this.folder, command.name, this.#live.snapshot());
    const next = command.kind === 'clock' ? this.#next(command) : undefined;
    if (next === 'impossible') return this.#refuse(person, command, cannotRestore, reason);
    const receipt = this.#accept(person, verdict, noted, reason);
    if (!receipt.accepted) return receipt;
    for (const change of verdict.changes) this.#live.mailbox.post(change);
    if (noted.job) this.jobs.apply(noted.job, person);
    if (command.kind === 'maintain') {
      const { actuator, action } = command;
      this.maintenance.add({ actuator, action, timeH: this.#live.timeH });
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
    const command: Command = { kind: 'step', dtS, writes };
    const verdict = this.clock.mode === 'lockstep' ? judge(this.#live, person, command) : notLockstep;
    if (isRefused(verdict)) return Promise.resolve(this.#done(this.#refuse(person, command, verdict)));
    const says = this.#barrier.refusal(participant, dtS);
    if (says !== undefined)
      return Promise.resolve(this.#done(this.#refuse(person, command, { refusal: 'state', says })));
    return new Promise((resolve) => {
      this.#barrier.join({ person, participant, dtS, verdict, resolve }, onGone);
      this.#stepTogether();
    });
  }

  /** How many clients a step waits for; whoever waits already is let through when that is enough. */
  setBarrier(person: Person, clients: number): Receipt {
    const isNumber = Number.isInteger(clients) && clients >= 1 && clients <= 16;
    const verdict: Passed | Refused = isNumber
      ? judge(this.#live, person, { kind: 'clock', action: 'pause' })
      : { refusal: 'limits', says: `A barrier for ${clients} clients is none: it takes 1 to 16.` };
    if (isRefused(verdict)) return this.#refuse(person, { kind: 'clock', action: 'pause' }, verdict);
    const receipt = this.#accept(
      person,
      { ...verdict, subject: 'clock.barrier', old: this.#barrier.clients },
      { scan: this.#live.scans, clients },
    );
    if (receipt.accepted) this.#barrier.clients = clients;
    this.#stepTogether();
    return receipt;
  }

  /** Watches a counter that the client writes by `beat`: silence longer than `limitS` holds the plant. 0 ends it. */
  watch(person: Person, limitS: number): Receipt {
    const isTime = Number.isFinite(limitS) && limitS >= 0 && limitS <= 3600;
    const verdict: Passed | Refused = isTime
      ? judge(this.#live, person, { kind: 'recipe', action: 'hold' })
      : { refusal: 'limits', says: `A silence of ${limitS} s lies outside 0 to 3600 s. 0 ends the watch.` };
    const subject = 'watchdog.client.limit';
    if (isRefused(verdict)) return this.#refuse(person, { kind: 'write', tag: subject, value: limitS }, verdict);
    const old = this.watchdog.limitMs / 1000;
    const receipt = this.#accept(person, { changes: [], subject, old, unit: 's' }, { scan: this.#live.scans, limitS });
    if (receipt.accepted) this.watchdog.watch(1000 * limitS, performance.now());
    this.refresh();
    return receipt;
  }

  /** Puts on record what a person did or found, and gives the number of the record. Throws ProblemError. */
  enter(person: Person, entry: ManualEntry): number {
    const { subject, ...fields } = entryFields(person, entry, this.journalSize);
    const record = this.#record.append('entry', person, subject, fields);
    this.#tell({ kind: 'entry', subject, says: fields.reason, person, record, new: fields.new });
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
    this.#live.table.refresh();
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
  async writeSamples(run: number): Promise<string> {
    const path = join(this.folder, 'results', `run-${run}.csv`);
    if (existsSync(path)) return path;
    const tags = [...this.#columns].map((slot) => this.tags[slot]!);
    await writeSamples(path, tags, this.#history.rowsOf(run), this.plan.scanH);
    return path;
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
    if (this.clock.mode === 'paced') return Math.max(Date.now(), this.#lastStampMs);
    return Math.round((this.#earlier + this.#live.scans) * this.plan.scanH * msOfH);
  }

  /** Ends the plant so that it can be opened again where it was. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.clock.pause();
    this.#try(() =>
      this.#record.append('station', station, this.name, { new: { scan: this.#live.scans, says: 'closed' } }),
    );
    this.#record.close();
    this.#history.close();
  }

  #judge(person: Person, command: Command): Passed | Refused {
    const verdict = judge(this.#live, person, command);
    if (!isRefused(verdict) && command.kind === 'job') return this.#judgeJob(person, command, verdict);
    if (isRefused(verdict) || command.kind !== 'clock') return verdict;
    if (command.action === 'speed' && !(command.speed > 0 && command.speed <= fastest))
      return { refusal: 'limits', says: `A speed of ${command.speed} lies outside 0 to ${fastest}. 1 is real time.` };
    if ((command.action === 'run' || command.action === 'speed') && this.clock.mode === 'lockstep') return isLockstep;
    if (command.action === 'snapshot' && !isSnapshotName(command.name))
      return {
        refusal: 'type',
        says: `\`${command.name.slice(0, 40)}\` is no name of a snapshot: letters, digits, - and _.`,
      };
    if (command.action === 'snapshot' && hasSnapshot(this.folder, command.name))
      return {
        refusal: 'state',
        says: `There is a snapshot \`${command.name}\` already, and records may refer to it. Choose another name.`,
      };
    if (command.action === 'restore' && !hasSnapshot(this.folder, command.name))
      return {
        refusal: 'unknown',
        says: `There is no snapshot \`${command.name.slice(0, 40)}\`. There are ${this.snapshots.join(', ') || 'none'}.`,
      };
    return verdict;
  }

  #judgeJob(person: Person, command: Command & { kind: 'job' }, verdict: Passed): Passed | Refused {
    const refused = this.jobs.refusal(command);
    if (refused) return refused;
    if (!('order' in command)) return { ...verdict, changes: recipeChanges(command.action, this.jobs.of(command.job)) };
    const changes = changesOf(new LiveRun(this.plan, this.#more), person, command.order);
    return 'refusal' in changes ? changes : verdict;
  }

  #noteOf(command: Command & { kind: 'job' }, person: Person): JobNote {
    if (!('order' in command)) return { action: command.action, id: command.job };
    const { action, order } = command;
    return { action, order, changes: changesOf(new LiveRun(this.plan, this.#more), person, order) as Change[] };
  }

  /** Lets the next job have the plant when that is free: its run is over, or has not begun. */
  #beginJob(): void {
    if (this.jobs.open || !(this.#live.ended || this.#live.scans === 0)) return;
    const job = this.jobs.next(this.clock.mode === 'paced' ? Date.now() : undefined);
    if (!job) return;
    const { person, changes, order } = job;
    const note: JobNote = { action: 'begin', id: order.id, atMs: this.stampMs };
    const next = new LiveRun(this.plan, this.#more);
    const noted: Noted = { scan: 0, clock: 'reset', changes, job: note };
    if (!this.#accept(person, { changes, subject: `job.${order.id}` }, noted).accepted) return;
    this.#begin(next);
    for (const change of changes) next.mailbox.post(change);
    this.jobs.apply(note, person);
    this.clock.run();
    this.refresh();
  }

  /** The run of a job is over, one way or another. */
  #endJob(says: string): void {
    const job = this.jobs.open;
    if (!job) return;
    const { id } = job.order;
    const { tags, values } = this.table;
    const totals = tags.flatMap(({ id: tag, unit }, slot) =>
      tag.endsWith('.total') ? [{ tag, value: values[slot]!, unit }] : [],
    );
    const outcome = { says, timeH: this.#live.timeH, totals };
    const note: JobNote = {
      action: 'end',
      id,
      atMs: this.stampMs,
      state: says.startsWith('complete') ? 'ended' : 'aborted',
      outcome,
    };
    const subject = `job.${id}`;
    const record = this.#try(() =>
      this.#record.append('job', station, subject, { new: plain({ job: note }), reason: says }),
    );
    if (record === undefined) return;
    this.jobs.apply(note, station);
    this.#tell({ kind: 'job', subject, says, record });
  }

  #accept(person: Person, { subject, old, unit }: Passed, noted: object, reason?: string): Receipt {
    const value = noted as Json;
    try {
      const record = this.#record.append('command', person, subject, {
        new: value,
        ...(old !== undefined && { old }),
        ...(unit !== undefined && { unit }),
        ...(reason !== undefined && { reason }),
      });
      this.#tell({
        kind: 'command',
        subject,
        says: 'accepted',
        person,
        record,
        new: value,
        ...(old !== undefined && { old }),
      });
      return { accepted: true, record, says: 'accepted' };
    } catch (error) {
      // What cannot be written down is not done; the plant goes on as it was.
      return {
        accepted: false,
        record: -1,
        refusal: 'journal',
        says: `The journal cannot be written (${(error as Error).message}), and so nothing was changed. Make room or repair it.`,
      };
    }
  }

  #refuse(person: Person, command: Command, { refusal, says }: Refused, reason?: string): Receipt {
    const subject = subjectOf(command);
    const asked = plain(command);
    let record = -1;
    try {
      record = this.#record.append('refused', person, subject, {
        new: { scan: this.#live.scans, refusal, asked, ...(reason !== undefined && { why: reason }) },
        reason: says,
      });
      this.#tell({ kind: 'refused', subject, says, person, record, new: asked });
    } catch {
      // A refusal changes nothing, so it stands without its record.
    }
    return { accepted: false, record, refusal, says };
  }

  /** The run that a reset or a restore goes on with: it must be there before the record says so. */
  #next(command: Command & { kind: 'clock' }): LiveRun | 'impossible' | undefined {
    if (command.action === 'reset') return new LiveRun(this.plan, this.#more);
    if (command.action !== 'restore') return undefined;
    const { name } = command;
    return this.#try(() => LiveRun.restored(this.plan, readSnapshot(this.folder, name), this.#more)) ?? 'impossible';
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
    this.#endJob('aborted: the plant was started anew');
    this.#earlier += this.#live.scans;
    this.#live = live;
    this.#earlier -= live.scans;
    this.#told = live.events.length;
    this.#runs++;
    this.maintenance.goOn(live.timeH);
    if (this.clock.isRunning) this.clock.run();
  }

  #stepTogether(): void {
    const together = this.#barrier.take();
    if (together.length === 0) return;
    const scans = Math.round(together[0]!.dtS / (this.plan.scanH * 3600));
    const receipts: Receipt[] = together.map(({ person, verdict }, i) => {
      const isLast = i === together.length - 1;
      const { changes } = verdict;
      return this.#accept(person, verdict, {
        scan: this.#live.scans,
        scans: isLast ? scans : 0,
        ...(changes.length > 0 && { changes }),
      });
    });
    this.#lastStepS = together[0]!.dtS;
    if (receipts.every(({ accepted }) => accepted)) {
      for (const { verdict } of together) for (const change of verdict.changes) this.#live.mailbox.post(change);
      for (let i = 0; i < scans; i++) if (this.#scan(i === scans - 1) === 'ended') break;
    }
    together.forEach(({ resolve }, i) => resolve(this.#done(receipts[i]!)));
  }

  #done(receipt: Receipt): StepDone {
    return { receipt, timeH: this.#live.timeH, scans: this.#live.scans };
  }

  #scan(show: boolean): 'goes on' | 'ended' {
    const says = this.#live.scan();
    this.#noteEvents();
    if (this.#live.scans % this.plan.recordEvery === 0 || says === 'ended') this.#keep();
    if (show || says === 'ended') this.#show();
    return says;
  }

  #keep(): void {
    const { values, qualities } = this.#live.table;
    for (let c = 0; c < this.#columns.length; c++) {
      this.#row.values[c] = values[this.#columns[c]!]!;
      this.#row.qualities[c] = qualities[this.#columns[c]!]!;
    }
    const stampMs = this.stampMs;
    this.#try(() => this.#history.append({ stampMs, run: this.#runs, scan: this.#live.scans, ...this.#row }));
    this.#lastStampMs = stampMs;
  }

  /** Events that cannot be written down now are written when they can: the plant goes on, and takes no commands meanwhile. */
  #noteEvents(): void {
    const { events } = this.#live;
    for (; this.#told < events.length; this.#told++) {
      const { kind, subject, says } = events[this.#told]!;
      const record = this.#try(() => this.#record.append(kind, station, subject, { reason: says }));
      if (record === undefined) return;
      this.#tell({ kind, subject, says, record });
      if (kind === 'run' && !says.startsWith('started')) this.#endJob(says);
    }
  }

  /** What an act gives, or undefined where the disk does not take it. */
  #try<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch {
      return undefined;
    }
  }

  #show(): void {
    for (const listener of this.#listeners) listener(this);
  }

  #tell(event: Omit<PlantEvent, 'stampMs' | 'timeH'>): void {
    const when = { stampMs: this.stampMs, timeH: this.#live.timeH };
    for (const listener of this.#eventListeners) listener({ ...event, ...when });
  }

  /** A client has fallen silent: the recipe is held, and what a person feeds by hand rests. */
  #trip(says: string): void {
    const person: Person = { name: 'watchdog', role: 'operator', face: 'station', session: null };
    const record = this.#try(() => this.#record.append('alarm', person, 'watchdog.client', { reason: says })) ?? -1;
    this.#tell({ kind: 'watchdog', subject: 'watchdog.client', says, record, person });
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
      this.#runs = recovered.run;
      this.#live.replay(recovered.changes, Math.max(recovered.scans, sampled), () => {
        this.#earlier = Math.max(0, Math.round(this.#lastStampMs / (this.plan.scanH * msOfH)) - this.#live.scans);
        if (this.#live.scans > sampled && this.#live.scans % this.plan.recordEvery === 0) this.#keep();
      });
      for (const { note, person } of recovered.jobs) this.jobs.apply(note, person);
      this.#told = Math.min(recovered.events, this.#live.events.length);
      this.#record.append('station', station, this.name, { new: { scan: this.#live.scans, says: 'opened again' } });
    }
    this.#noteEvents();
    // A crash may have come between the end of a run and that of its job.
    if (this.#live.ended) this.#endJob(this.#live.events.findLast(({ kind }) => kind === 'run')!.says);
    if (this.#history.size === 0) this.#keep();
  }

  #stamp(): RecordTime {
    const sim = this.#live.timeH;
    if (this.clock.mode === 'lockstep')
      return { wall: null, mono: null, sim, clockSource: 'simulated', syncState: 'none' };
    const wall = new Date().toISOString();
    return { wall, mono: Math.round(performance.now()), sim, clockSource: 'system', syncState: 'unknown' };
  }
}

const notLockstep: Refused = {
  refusal: 'mode',
  says: 'This plant runs by the wall clock and takes no steps. Serve it with --clock lockstep.',
};
const noReason: Refused = {
  refusal: 'reason',
  says: 'A decision about a feed needs a reason, for whoever reads the record. Say why.',
};
const cannotRestore: Refused = {
  refusal: 'state',
  says: 'The snapshot does not lead to the state that it was taken at. Restore it with the version that it was taken with.',
};
const isLockstep: Refused = {
  refusal: 'mode',
  says: 'This plant moves by steps only. Call Step, or serve it with --clock realtime.',
};
