import { Alarm, EndDetector, Guard } from '@fedbatch/control';
import type { EventInfo } from '@fedbatch/model';
import { EVENT, type Outcome, outcomeSentences, REACHED } from '@fedbatch/numerics';
import { type Calibration, Equipment, Plant } from '@fedbatch/plant';
import { fromBase } from '@fedbatch/vocabulary';
import { Alarms } from './alarms.ts';
import { auditRun } from './audit.ts';
import { deviations } from './compare.ts';
import { Feeds } from './feeds.ts';
import { judge, measuredSlots, measureFigure } from './figures.ts';
import { levelChanges } from './hierarchy.ts';
import type { RunSeam } from './live/run-seam.ts';
import { Loops } from './loops.ts';
import { Procedure } from './procedure.ts';
import { badQuality } from './quality.ts';
import type { RecipeCommand, RecipeState } from './recipe-state.ts';
import { Recorder } from './recorder.ts';
import { RemoteWatch } from './remote-watch.ts';
import type { FeedPlan, PhasePlan, RunPlan } from './run-plan.ts';
import type { Channel, PhaseSpan, RunEvent, RunOutcome, RunResult } from './run-result.ts';
import { SpectraRecorder } from './spectra-recorder.ts';
import { Statistics } from './statistics.ts';

/** What is watched over a phase, and where its value stands. */
interface Watched<Watch> {
  readonly watch: Watch;
  readonly output: number;
  readonly quality: number;
  readonly says: string;
}

/**
 * One run of a plan: sense, control, act, integrate, scan by scan. A pure function of the plan: no clock, no chance, no files. Call
 * `scan` until it says 'ended'; `stop` ends it early with a usable result.
 */
export class Run {
  readonly plan: RunPlan;
  readonly #plant: Plant;
  /** Element 0: the present time, h. Scans read it here: a number that a function gives back may cost a box. */
  readonly #now: Float64Array;
  readonly #equipment: Equipment | undefined;
  readonly #spectra: readonly SpectraRecorder[] | undefined;
  readonly #outputs: Float64Array;
  readonly #conditions: Float64Array;
  readonly #outputSlots: ReadonlyMap<string, number>;
  readonly #statistics: Statistics;
  readonly #recorder: Recorder;
  readonly #first: Float64Array;
  readonly #events: RunEvent[] = [];
  readonly #phases: PhaseSpan[] = [];
  readonly #warned = new Set<string>();
  #timeEvents: { event: EventInfo; time: number }[];
  readonly #calibrations: Calibration[];
  readonly #loops: Loops;
  readonly #feeds: Feeds;
  readonly #alarms: Alarms;
  /** Who, or what, stopped the run, if anybody did. */
  #stoppedBy = 'by hand';
  readonly #procedure: Procedure;
  readonly #remote: RemoteWatch | undefined;
  /** What is wanted of each input, and what an interlock holds it at; NaN: none does. */
  readonly #wanted: Float64Array;
  readonly #forced: Float64Array;
  /** What a person wants of each input; NaN: nothing. */
  readonly #manual: Float64Array;
  #phase = -1;
  #phaseStartH = 0;
  /** Where the scan ends, the present phase at the latest, and the stretch up to the next thing that happens, h. */
  readonly #ends = new Float64Array(3);
  #feedSlot = -1;
  /** Lowest and highest rate of the pump of the present feed, L/h. */
  readonly #feedLimits = new Float64Array(2);
  /** What holds the present phase, and for how long it has been held, h. */
  #hold: Watched<Alarm> | undefined;
  #detector: Watched<EndDetector> | undefined;
  /** Unit procedure and operation of the present phase. */
  #within: readonly string[] = [];
  #heldH = 0;
  #heldBy: 'hand' | 'limit' = 'limit';
  #scan = 0;
  #outcome: RunOutcome | undefined;

  constructor(plan: RunPlan) {
    this.plan = plan;
    this.#plant = new Plant(plan.compiled, plan);
    this.#now = this.#plant.now;
    this.#outputs = new Float64Array(plan.outputs.length);
    this.#conditions = new Float64Array(this.#plant.instance.eventCount);
    this.#outputSlots = new Map(plan.outputs.map((output, slot) => [output.id, slot]));
    this.#statistics = new Statistics(plan.outputs.length, measuredSlots(plan, this.#outputSlots));
    this.#recorder = this.#makeRecorder();
    this.#timeEvents = this.#plant.instance.eventTimes().sort((a, b) => a.time - b.time);
    this.#plant.begin();
    this.#equipment = plan.equipment && new Equipment(this.#plant, plan.equipment, plan.title.seed, plan.scanH);
    this.#spectra =
      plan.spectra === 'keep' ? this.#equipment?.spectrometers.map((one) => new SpectraRecorder(one)) : undefined;
    this.#calibrations = [...(plan.equipment?.calibrations ?? [])].sort((a, b) => a.atH - b.atH);
    this.#first = this.#plant.state.slice();
    this.#note({ kind: 'run', subject: 'run', says: `started: ${plan.title.title}` });
    this.#wanted = this.#plant.instance.parameters.slice();
    this.#forced = new Float64Array(this.#wanted.length).fill(Number.NaN);
    this.#manual = this.#forced.slice();
    this.#loops = this.#makeLoops();
    this.#feeds = this.#makeFeeds();
    this.#remote = plan.remoteWithinH === undefined ? undefined : new RemoteWatch(plan.remoteWithinH);
    this.#alarms = this.#makeAlarms();
    this.#procedure = this.#makeProcedure();
    // Loops take over from what is measured; instruments have shown nothing yet, and say so.
    this.#plant.sense(this.#outputs);
    this.#equipment?.show(this.#outputs, plan.compiled.model.outputs.length);
    this.#procedure.command('start', 'the run began');
    this.#nextPhase('');
    this.#sense();
    this.#record();
  }

  get timeH(): number {
    return this.#now[0]!;
  }

  get phase(): string {
    return this.plan.phases[this.#phase]?.name ?? '';
  }

  get ended(): boolean {
    return this.#outcome !== undefined;
  }

  /** How it ended; undefined while it goes on. */
  get outcome(): RunOutcome | undefined {
    return this.#outcome;
  }

  /** The present value of an output, in its own unit. */
  read(output: string): number {
    const slot = this.#outputSlots.get(output);
    return slot === undefined ? Number.NaN : fromBase(this.#outputs[slot]!, this.plan.outputs[slot]!.unit);
  }

  /** Share of the run that is done, as far as durations are known: 0 to 1. */
  get progress(): number {
    const spans = this.plan.phases.map((phase) => phase.forH ?? phase.atMostH ?? 0);
    const total = spans.reduce((sum, span) => sum + span, 0);
    const done = spans.slice(0, Math.max(0, this.#phase)).reduce((sum, span) => sum + span, 0);
    const here = Math.min(spans[this.#phase] ?? 0, this.timeH - this.#phaseStartH);
    return this.ended ? 1 : total === 0 ? 0 : (done + here) / total;
  }

  /** One scan; phases and events inside it happen at their exact times. */
  scan(): 'goes on' | 'ended' {
    const ends = this.#ends;
    ends[0] = (this.#scan + 1) * this.plan.scanH;
    this.#alarms.act();
    if (this.#remote) this.#watchRemote(this.#remote);
    this.#loops.act();
    this.#watchTuning();
    this.#feeds.show(this.#now);
    if (this.#hold) this.#watchHold(this.#hold);
    if (this.#detector) this.#watchEnd(this.#detector);
    while (this.#outcome === undefined && this.#now[0]! < ends[0]) this.#pass();
    if (this.#outcome !== undefined) return 'ended';
    this.#scan++;
    this.#sense();
    if (this.#scan % this.plan.recordEvery === 0) this.#record();
    return 'goes on';
  }

  /** Ends the run here because a person wants it: the recipe is not asked to come to a stop by itself. */
  stop(why = 'by hand'): void {
    if (this.ended) return;
    this.#stoppedBy = why;
    this.#procedure.finish('stopped', why);
  }

  /** Where the recipe stands. */
  get recipeState(): RecipeState {
    return this.#procedure.state;
  }

  /** A person moves the recipe, between two scans. What does nothing in the present state is on record too. */
  command(command: RecipeCommand): void {
    const { state } = this.#procedure;
    // A hold by hand lasts until a hand ends it, whatever held the phase before.
    if (command === 'hold') this.#heldBy = 'hand';
    if (command === 'resume' && this.#hold?.watch.isActive) {
      this.#heldBy = 'limit';
      const says = `resume does nothing while its limit is passed: ${this.#hold.says}`;
      this.#note({ kind: 'phase', subject: this.phase, says });
    } else if (!this.#procedure.command(command, 'by hand'))
      this.#note({ kind: 'phase', subject: this.phase, says: `${command} does nothing: the recipe is ${state}` });
  }

  /** What live operation sees and moves, between two scans only. */
  seam(): RunSeam {
    return {
      outputs: this.#outputs,
      inputs: this.#plant.instance.parameters,
      state: this.#plant.state,
      wanted: this.#wanted,
      manual: this.#manual,
      forced: this.#forced,
      loops: this.#loops,
      alarms: this.#alarms,
      equipment: this.#equipment,
      events: this.#events,
      remote: this.#remote && { watch: this.#remote, feeds: this.#feeds.remotes() },
      guard: () => {
        const feed = this.plan.phases[this.#phase]?.feed;
        const strategy = feed && this.#feeds.of(feed);
        return strategy instanceof Guard ? strategy : undefined;
      },
      slotOfInput: (id) => this.#plant.instance.slotOf(id),
      passOn: (slot) => this.#passOn(slot),
      phaseStartH: () => this.#phaseStartH,
      nextPhase: () => {
        if (!this.#procedure.isLeaving) this.#nextPhase('by hand');
      },
    };
  }

  result(): RunResult {
    const { plan } = this;
    const { model } = plan.compiled;
    const audit = auditRun(model, this.#first, this.#plant.state);
    const material = {
      slots: this.#outputSlots,
      statistics: this.#statistics,
      phases: this.#phases,
      balances: audit.balances,
    };
    const samples = this.#recorder.samples();
    const references = plan.references ?? [];
    return {
      scenario: plan.title,
      outcome: this.#outcome ?? { kind: 'stopped', timeH: this.timeH, says: 'The run has not ended.' },
      samples,
      events: this.#events,
      references,
      phases: this.#phases,
      keyFigures: [
        ...plan.figures.map((figure) => measureFigure(figure, material)),
        ...deviations(samples, references),
      ],
      expectations: plan.expectations.map((expectation) =>
        judge(expectation, material, this.#outcome?.kind === 'complete'),
      ),
      audit,
      ...(this.#equipment && { faults: this.#equipment.labels }),
      ...(this.#loops.tunings.length > 0 && { tunings: this.#loops.tunings.map((one) => one.result()) }),
      ...(this.#spectra && { spectra: this.#spectra.map((one) => one.spectra()) }),
      work: { ...this.#plant.work },
    };
  }

  /** From now to the end of the scan or the next thing that happens. */
  #pass(): void {
    const ends = this.#ends;
    // The last phase has ended while the recipe completes.
    const phase = this.plan.phases[this.#phase];
    const heldNow = !this.#procedure.isRunning;
    this.#limit(this.#procedure.isLeaving ? undefined : phase, heldNow);
    const fromH = this.#now[0]!;
    const eventH = this.#timeEvents[0]?.time ?? Number.POSITIVE_INFINITY;
    const faultH = this.#equipment?.nextChangeH(fromH) ?? Number.POSITIVE_INFINITY;
    ends[2] = Math.min(ends[0]!, ends[1]!, Math.max(eventH, fromH), faultH, fromH + this.#procedure.leftH);
    if (ends[2] > fromH) {
      if (phase?.feed && heldNow) this.#demand(this.#feedSlot, 0);
      else if (phase?.feed) this.#feed(phase.feed);
      this.#plant.goalH[0] = ends[2];
      this.#equipment?.act();
      const outcome = this.#plant.integrateToGoal();
      const passedH = this.#now[0]! - fromH;
      this.#feeds.stretch[0] = this.#now[0]!;
      this.#feeds.stretch[1] = passedH;
      this.#feeds.given();
      if (heldNow) this.#heldH += passedH;
      if (outcome !== REACHED && outcome !== EVENT) return this.#fail(outcome);
      this.#procedure.pass(passedH);
      if (outcome === EVENT) this.#happen(this.#plant.firedEvents());
    }
    this.#noteCalibrations();
    if (this.#outcome === undefined && this.#now[0]! >= eventH) this.#happen([this.#timeEvents.shift()!.event]);
    if (
      this.#outcome === undefined &&
      phase !== undefined &&
      this.plan.phases[this.#phase] === phase &&
      this.#now[0]! >= ends[1]!
    )
      this.#timeOut(phase);
  }

  /** Works out when a phase ends at the latest; while it is held only its "at most" counts. */
  #limit(phase: PhasePlan | undefined, held: boolean): void {
    const forH = held ? Number.POSITIVE_INFINITY : (phase?.forH ?? Number.POSITIVE_INFINITY) + this.#heldH;
    this.#ends[1] = this.#phaseStartH + Math.min(forH, phase?.atMostH ?? Number.POSITIVE_INFINITY);
  }

  /** An operator knows when a sensor was calibrated. */
  #noteCalibrations(): void {
    while (this.#calibrations.length > 0 && this.#calibrations[0]!.atH <= this.#now[0]!)
      this.#note({ kind: 'event', subject: this.#calibrations.shift()!.on, says: 'calibrated' });
  }

  #timeOut(phase: PhasePlan): void {
    const ran = this.timeH - this.#phaseStartH - this.#heldH;
    if (phase.forH !== undefined && ran >= phase.forH * (1 - 1e-9)) {
      const held = this.#heldH > 0 ? `, and ${hours(this.#heldH)} held` : '';
      return this.#nextPhase(`after ${hours(phase.forH)}${held}`);
    }
    const waited = phase.until ? `; ${phase.until.says} was not reached` : '';
    this.#note({
      kind: 'warning',
      subject: phase.name,
      says: `ended at its limit of ${hours(phase.atMostH!)}${waited}`,
    });
    this.#nextPhase(`at its limit of ${hours(phase.atMostH!)}`);
  }

  #happen(events: readonly EventInfo[]): void {
    for (const event of events) {
      this.#equipment?.trigger(event.id);
      const until = this.plan.phases[this.#phase]?.until;
      if (event.origin === 'model') {
        this.#note({ kind: 'event', subject: event.id, says: event.says });
        this.#plant.happen(event);
      }
      if (event.id === until?.event && this.#outcome === undefined && !this.#procedure.isLeaving)
        this.#nextPhase(until.says);
    }
  }

  /** Ends the present phase and starts the next; a phase whose condition holds already ends at once. */
  #nextPhase(endedBy: string): void {
    for (let reason = endedBy; ; ) {
      if (this.#phase >= 0) this.#closePhase(reason);
      this.#phase++;
      const phase = this.plan.phases[this.#phase];
      if (phase === undefined) {
        this.#enterLevels([]);
        this.#procedure.command('complete', 'the last phase has ended');
        return;
      }
      this.#openPhase(phase);
      if (this.#outcome !== undefined) return;
      const holds = this.#holdsAlready(phase);
      const waits = phase.until || (phase.forH ?? phase.atMostH ?? phase.tune) !== undefined;
      if (!holds && waits) return;
      reason = holds ? `${phase.until!.says} (from the start)` : 'nothing to wait for';
    }
  }

  #openPhase(phase: PhasePlan): void {
    this.#phaseStartH = this.timeH;
    this.#heldH = 0;
    if (this.#heldBy === 'limit') this.#procedure.command('resume', 'the phase that was held has ended');
    this.#hold = phase.hold && this.#watching(phase.hold, new Alarm(phase.hold.settings));
    this.#detector = phase.detect && this.#watching(phase.detect, new EndDetector(phase.detect.settings));
    this.#enterLevels(phase.within ?? []);
    this.#note({ kind: 'phase', subject: phase.name, says: 'started' });
    const { instance } = this.#plant;
    for (const { input, value } of phase.set) this.#demand(instance.slotOf(input), value);
    this.#loops.enter(phase.name, phase.setpoints ?? []);
    if (phase.tune !== undefined) this.#loops.startTuning(phase.tune);
    const { feed } = phase;
    const slot = feed ? instance.slotOf(feed.input) : -1;
    if (this.#feedSlot >= 0 && this.#feedSlot !== slot) this.#demand(this.#feedSlot, 0);
    this.#feedSlot = slot;
    if (!feed) return;
    const { low, high } = this.plan.compiled.model.parameters[slot]!.range ?? {
      low: 0,
      high: Number.POSITIVE_INFINITY,
    };
    this.#feedLimits[0] = low;
    this.#feedLimits[1] = high;
    this.#plant.sense(this.#outputs);
    this.#beginFeed(feed, slot);
  }

  /** A strategy that cannot start ends the run with its own sentence. */
  #beginFeed(feed: FeedPlan, slot: number): void {
    const { instance } = this.#plant;
    const strategy = this.#feeds.of(feed);
    const measured = {
      biomassGPerL: this.#base(feed.biomass),
      volumeL: this.#base(feed.volume),
      feedRateLPerH: instance.parameters[slot]!,
    };
    try {
      strategy.begin(this.timeH, measured);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#end('failed', `The ${strategy.name} feed of ${this.phase} cannot start. ${error.message}`);
    }
  }

  #closePhase(endedBy: string): void {
    const { name } = this.plan.phases[this.#phase]!;
    this.#phases.push({ name, fromH: this.#phaseStartH, toH: this.timeH, endedBy });
    this.#note({ kind: 'phase', subject: name, says: `ended: ${endedBy}` });
  }

  #holdsAlready(phase: PhasePlan): boolean {
    if (!phase.until) return false;
    const { crossings } = this.#plant.instance;
    const slot = crossings.findIndex((event) => event.id === phase.until!.event);
    // An event at a time lies ahead until it has happened.
    if (slot < 0) return false;
    this.#plant.conditions(this.#conditions);
    // Zero counts: a run that just landed on the crossing stands on it.
    return this.#conditions[slot]! * crossings[slot]!.direction >= 0;
  }

  /** The demand for the present stretch, held inside the limits of the pump. */
  #feed(feed: FeedPlan): void {
    const { stretch } = this.#feeds;
    const limits = this.#feedLimits;
    const wanted = this.#wanted;
    const slot = this.#feedSlot;
    stretch[0] = this.#now[0]! - this.#heldH;
    stretch[1] = this.#ends[2]! - this.#now[0]!;
    this.#feeds.of(feed).demand(stretch);
    stretch[2] = this.#loops.feedShare[0]! * stretch[2]!;
    wanted[slot] = Math.min(Math.max(stretch[2]!, limits[0]!), limits[1]!);
    if (wanted[slot] !== stretch[2]) this.#warnOfLimit();
    this.#passOn(slot);
  }

  #warnOfLimit(): void {
    const asked = this.#feeds.stretch[2]!.toPrecision(4);
    const given = this.#wanted[this.#feedSlot]!.toPrecision(4);
    this.#warnOnce(`feed in ${this.phase}`, `the demand of ${asked} L/h was held at the limit of ${given} L/h`);
  }

  /** Tells an input what is wanted: through its actuator where it has one, unless an interlock or a person holds it. */
  #demand(slot: number, value: number): void {
    this.#wanted[slot] = value;
    this.#passOn(slot);
  }

  /** An interlock has an input first, then a person, then what controls. */
  #passOn(slot: number): void {
    const values = this.#holder(slot);
    if (!this.#equipment?.tell(slot, values, slot)) this.#plant.demandFrom(slot, values, slot);
  }

  #holder(slot: number): Float64Array {
    if (!Number.isNaN(this.#forced[slot]!)) return this.#forced;
    return Number.isNaN(this.#manual[slot]!) ? this.#wanted : this.#manual;
  }

  #fail(outcome: Outcome): void {
    this.#end(
      'failed',
      `${outcomeSentences[outcome]} Last state at ${this.timeH.toPrecision(8)} h in phase ${this.phase}.${this.#suspect()}`,
    );
  }

  /** Names the first output that is not a finite number, which is where to look. */
  #suspect(): string {
    this.#plant.sense(this.#outputs);
    const { outputs } = this.plan;
    const slot = this.#outputs.findIndex((value, i) => !Number.isFinite(value) && outputs[i]!.id !== 'RQ');
    return slot < 0 ? '' : ` The first quantity that is not a number there is ${outputs[slot]!.id}.`;
  }

  #end(kind: RunOutcome['kind'], says: string): void {
    if (kind !== 'complete' && this.#phase >= 0 && this.#phase < this.plan.phases.length) this.#closePhase(kind);
    this.#outcome = { kind, timeH: this.timeH, says };
    this.#note({ kind: 'run', subject: 'run', says: `${kind}: ${says}` });
    // The constructor may end a run without phases before its first sample.
    if (this.timeH > 0) this.#sense();
    if (this.timeH > 0 && this.#recorder.lastTimeH !== this.timeH) this.#record();
    this.#enterLevels([]);
    if (kind === 'failed') this.#procedure.finish('failed', 'the run failed');
    // What is left behind does not feed.
    this.#rest();
  }

  #sense(): void {
    this.#plant.sense(this.#outputs);
    this.#equipment?.sense(this.#outputs);
    this.#equipment?.show(this.#outputs, this.plan.compiled.model.outputs.length);
    this.#feeds.tell();
    if (this.#spectra) for (const one of this.#spectra) one.take(this.timeH);
    this.#statistics.add(this.#now, 0, this.#outputs);
  }

  #record(): void {
    this.#recorder.add(this.timeH, this.#outputs);
  }

  #base(output: string | undefined): number {
    const slot = output === undefined ? undefined : this.#outputSlots.get(output);
    return slot === undefined ? Number.NaN : this.#outputs[slot]!;
  }

  #note(event: Omit<RunEvent, 'timeH'>): void {
    this.#events.push({ timeH: this.timeH, ...event });
  }

  #warnOnce(subject: string, says: string): void {
    if (this.#warned.has(subject)) return;
    this.#warned.add(subject);
    this.#note({ kind: 'warning', subject, says });
  }

  #makeLoops(): Loops {
    const { instance } = this.#plant;
    return new Loops(this.plan.loops ?? [], {
      slotOfInput: (id) => instance.slotOf(id),
      slotOfOutput: (id) => this.#outputSlots.get(id)!,
      outputOf: (slot) => this.plan.outputs[slot]!,
      outputs: this.#outputs,
      inputs: instance.parameters,
      forced: this.#forced,
      timeH: () => this.timeH,
      scanH: this.plan.scanH,
      demand: (slot, values, at) => {
        this.#wanted[slot] = values[at]!;
        this.#passOn(slot);
      },
      warn: (subject, says) => this.#warnOnce(subject, says),
      note: (subject, says) => this.#note({ kind: 'event', subject, says }),
    });
  }

  #watching<Watch>(
    { output, quality, says }: { readonly output: string; readonly quality?: string; readonly says: string },
    watch: Watch,
  ): Watched<Watch> {
    const slot = (id: string | undefined): number => (id === undefined ? -1 : this.#outputSlots.get(id)!);
    return { watch, output: slot(output), quality: slot(quality), says };
  }

  #enterLevels(within: readonly string[]): void {
    for (const { subject, says } of levelChanges(this.#within, within)) this.#note({ kind: 'phase', subject, says });
    this.#within = within;
  }

  /** A foreign controller that falls silent loses its loops, which go on by themselves, and its feeds, which fall back. */
  #watchRemote(watch: RemoteWatch): void {
    const change = watch.step(this.plan.scanH);
    if (change === 'nothing') return;
    for (const remote of this.#feeds.remotes()) remote[1] = watch.isAlive ? 1 : 0;
    const lost = (this.plan.loops ?? []).filter((_, i) => change === 'lost' && this.#loops.modeOf(i) === 2);
    const loops = lost.map(({ name }) => name).join(', ');
    const says =
      change === 'back'
        ? 'a foreign controller moves its counter'
        : `the counter stands at ${watch.count[0]}: ${loops === '' ? 'no loop was its own' : `${loops} automatic`}`;
    this.#note({ kind: change === 'lost' ? 'warning' : 'event', subject: 'remote', says });
    for (const { name } of lost) this.#releaseLoop((this.plan.loops ?? []).findIndex((loop) => loop.name === name));
  }

  /** The loop has its inputs again, and goes on from where they are. */
  #releaseLoop(loop: number): void {
    const { parameters } = this.#plant.instance;
    for (const slot of this.#loops.slotsOf(loop)) {
      this.#wanted[slot] = parameters[slot]!;
      this.#manual[slot] = Number.NaN;
      this.#passOn(slot);
    }
    this.#loops.setMode(loop, this.#loops.homeOf(loop));
  }

  /** Ends the phase where its signal shows it. */
  #watchEnd({ watch, output, quality, says }: Watched<EndDetector>): void {
    const isBad = quality >= 0 && this.#outputs[quality]! >= badQuality;
    watch.seen[0] = isBad ? Number.NaN : this.#outputs[output]!;
    watch.seen[1] = this.plan.scanH;
    if (watch.step() && this.#procedure.isRunning) this.#nextPhase(says);
  }

  /** A phase that tunes a loop ends with the experiment. */
  #watchTuning(): void {
    const { tune } = this.plan.phases[this.#phase] ?? {};
    if (tune === undefined || this.#loops.isTuning(tune) || !this.#procedure.isRunning) return;
    const last = this.#loops.tunings.at(-1);
    this.#nextPhase(last ? last.sentence : 'its loop could not be tuned');
  }

  /** Holds the phase, or lets it go on. */
  #watchHold({ watch: alarm, output, quality, says }: Watched<Alarm>): void {
    const isBad = quality >= 0 && this.#outputs[quality]! >= badQuality;
    alarm.seen[0] = isBad ? Number.NaN : this.#outputs[output]!;
    alarm.seen[1] = this.plan.scanH;
    const change = alarm.step();
    if (change === 'raised' && this.#procedure.command('hold', says)) this.#heldBy = 'limit';
    if (change === 'returned' && this.#heldBy === 'limit') this.#procedure.command('resume', `no longer ${says}`);
  }

  #makeAlarms(): Alarms {
    const { instance } = this.#plant;
    return new Alarms(this.plan.alarms ?? [], {
      slotOfInput: (id) => instance.slotOf(id),
      slotOfOutput: (id) => this.#outputSlots.get(id)!,
      outputs: this.#outputs,
      scanH: this.plan.scanH,
      setpoints: this.#loops.setpoints,
      placeOfLoop: (name) => (this.plan.loops ?? []).findIndex((loop) => loop.name === name),
      force: (slot, value) => {
        this.#forced[slot] = value;
        this.#passOn(slot);
      },
      note: (subject, says) => this.#note({ kind: 'alarm', subject, says }),
    });
  }

  #makeProcedure(): Procedure {
    return new Procedure(this.plan.passing ?? {}, {
      note: (before, state, why) =>
        this.#note({ kind: 'phase', subject: 'recipe', says: `${state}: ${why}`, old: before, new: state }),
      enter: (state, plan) => {
        if (state === 'aborting' || state === 'stopping') this.#makeSafe(plan?.set ?? []);
        else if (state === 'holding' || (state === 'completing' && plan)) this.#rest();
        for (const { input, value } of plan?.set ?? []) this.#demand(this.#plant.instance.slotOf(input), value);
        const at = hours(this.timeH);
        if (state === 'complete') this.#end('complete', recipeEnded(this.timeH));
        if (state === 'stopped') this.#end('stopped', `Stopped ${this.#stoppedBy} at ${at}.`);
        if (state === 'aborted') this.#end('stopped', `Aborted by hand at ${at}.`);
      },
    });
  }

  /** The feed of the phase rests. */
  #rest(): void {
    if (this.#feedSlot >= 0) this.#demand(this.#feedSlot, 0);
  }

  /** On the way out nobody's hand stays on a feed, nor on what is set to be safe; interlocks do. */
  #makeSafe(set: readonly { readonly input: string }[]): void {
    const { instance } = this.#plant;
    for (const { feed } of this.plan.phases) if (feed) this.#manual[instance.slotOf(feed.input)] = Number.NaN;
    for (const { input } of set) this.#manual[instance.slotOf(input)] = Number.NaN;
    for (const { feed } of this.plan.phases) if (feed) this.#demand(instance.slotOf(feed.input), 0);
  }

  #makeFeeds(): Feeds {
    const { instance } = this.#plant;
    return new Feeds(
      this.plan.phases.flatMap(({ feed }) => feed ?? []),
      {
        slotOfInput: (id) => instance.slotOf(id),
        slotOfOutput: (id) => this.#outputSlots.get(id)!,
        outputs: this.#outputs,
        asked: (slot) => this.#holder(slot)[slot]!,
        note: (subject, says) => this.#note({ kind: 'event', subject, says }),
      },
    );
  }

  #makeRecorder(): Recorder {
    const { outputs } = this.plan;
    const slots = this.plan.channels.map(({ output }) => this.#outputSlots.get(output)!);
    const channels = this.plan.channels.map(({ panel }, c): Channel => {
      const { id, says, unit, kind } = outputs[slots[c]!]!;
      return { id, says, unit: unit.text, kind, ...(panel !== undefined && { panel }) };
    });
    return new Recorder(
      channels,
      slots,
      slots.map((slot) => outputs[slot]!.unit),
    );
  }
}

/** What is said of a run whose recipe has ended. */
export const recipeEnded = (timeH: number): string => `The recipe ended at ${hours(timeH)}.`;

function hours(timeH: number): string {
  return `${Number(timeH.toPrecision(6))} h`;
}
