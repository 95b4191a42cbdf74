import type { FaultSpec } from '@fedbatch/plant';
import { type RecipeAction, toBase } from '@fedbatch/vocabulary';
import { Run } from '../run.ts';
import type { RunPlan } from '../run-plan.ts';
import type { RunEvent } from '../run-result.ts';
import type { AppliedChange, Change } from './change.ts';
import { Mailbox } from './mailbox.ts';
import type { RunSeam } from './run-seam.ts';
import { type MoreTag, TagTable } from './tag-table.ts';

/** A run from which another goes on bit for bit: what was done to it and when, and the state that this must lead to. */
export interface Snapshot {
  readonly scans: number;
  readonly changes: readonly AppliedChange[];
  /** Changes that were accepted and not yet applied. */
  readonly waiting: readonly Change[];
  /** States, inputs and outputs as they were, for the proof. */
  readonly proof: Float64Array;
}

/**
 * A run that people and programs operate: changes wait in a mailbox and are applied before the next scan, in order. What it does is a pure
 * function of its plan and the changes with their scans, and that is what a snapshot keeps.
 */
export class LiveRun {
  readonly plan: RunPlan;
  readonly table: TagTable;
  readonly mailbox = new Mailbox();
  readonly #run: Run;
  readonly #seam: RunSeam;
  readonly #changes: AppliedChange[] = [];
  #scans = 0;

  constructor(plan: RunPlan, more: readonly MoreTag[] = []) {
    // Faults may come to a plant that was planned without any.
    this.plan = { ...plan, equipment: plan.equipment ?? { sensors: [], actuators: [], faults: [] } };
    this.#run = new Run(this.plan);
    this.#seam = this.#run.seam();
    this.table = new TagTable(this.#run, more);
  }

  get timeH(): number {
    return this.#run.timeH;
  }

  get scans(): number {
    return this.#scans;
  }

  get ended(): boolean {
    return this.#run.ended;
  }

  get phase(): string {
    return this.#run.phase;
  }

  get events(): readonly RunEvent[] {
    return this.#seam.events;
  }

  /** Faults that were asked for since the start, those that wait included. */
  get injected(): readonly FaultSpec[] {
    const all = [...this.#changes.map(({ change }) => change), ...this.mailbox.waiting];
    return all.flatMap((change) => (change.kind === 'inject' ? [change.fault] : []));
  }

  /** Everything that a result has, up to here. */
  get run(): Run {
    return this.#run;
  }

  /** Applies what waits, then carries the plant through one scan. */
  scan(): 'goes on' | 'ended' {
    for (const change of this.mailbox.take()) this.#apply(change);
    if (this.#run.ended) {
      this.table.refresh();
      return 'ended';
    }
    const says = this.#run.scan();
    this.#scans++;
    this.table.refresh();
    return says;
  }

  snapshot(): Snapshot {
    return {
      scans: this.#scans,
      changes: this.#changes.slice(),
      waiting: this.mailbox.waiting,
      proof: this.#proof(),
    };
  }

  /** Another run that has come to where a snapshot was taken. Throws RangeError where it does not get there bit for bit. */
  static restored(plan: RunPlan, snapshot: Snapshot, more: readonly MoreTag[] = []): LiveRun {
    const live = new LiveRun(plan, more);
    live.replay(snapshot.changes, snapshot.scans);
    const proof = live.#proof();
    const wrong = proof.findIndex((value, i) => !Object.is(value, snapshot.proof[i]));
    if (wrong >= 0 || proof.length !== snapshot.proof.length)
      throw new RangeError(
        `The snapshot at scan ${snapshot.scans} cannot be restored: number ${wrong} of its proof is ${snapshot.proof[wrong]}, and the replay has ${proof[wrong]}. Restore it with the version and the scenario that it was taken with.`,
      );
    for (const change of snapshot.waiting) live.mailbox.post(change);
    return live;
  }

  /** Runs on to `scans`, applying each change before the scan that it was applied before; `onScan` sees every one. */
  replay(changes: readonly AppliedChange[], scans: number, onScan?: () => void): void {
    let next = 0;
    const applyUpTo = (scan: number): void => {
      for (; next < changes.length && changes[next]!.scan <= scan; next++) this.mailbox.post(changes[next]!.change);
    };
    while (this.#scans < scans) {
      applyUpTo(this.#scans);
      const says = this.scan();
      onScan?.();
      if (says === 'ended') break;
    }
    applyUpTo(this.#scans);
    for (const change of this.mailbox.take()) this.#apply(change);
    this.table.refresh();
  }

  #proof(): Float64Array {
    const { state, inputs, outputs } = this.#seam;
    return Float64Array.from([this.timeH, ...state, ...inputs, ...outputs]);
  }

  #apply(change: Change): void {
    this.#changes.push({ scan: this.#scans, change });
    if (this.#run.ended) return;
    switch (change.kind) {
      case 'write':
        return this.#write(change.tag, change.value);
      case 'recipe':
        return this.#steer(change.action);
      case 'inject':
        return this.#seam.equipment!.inject(change.fault);
      case 'clear':
        return this.#seam.equipment!.clear(change.fault);
      case 'maintain':
        return this.#seam.equipment!.renew(change.actuator);
      case 'simulate':
        return this.#seam.equipment!.simulate(change.sensor, change.value ?? Number.NaN);
      case 'advice':
        return this.#seam.guard()?.answer(change);
      case 'guard':
        return this.#seam.guard()?.setMode(change.mode);
      case 'alarm':
        return this.#answer(change);
    }
  }

  #write(tag: string, value: number): void {
    const { manual, wanted, inputs, loops } = this.#seam;
    const target = this.table.target(this.table.slotOf(tag))!;
    switch (target.kind) {
      case 'input':
        // What control does meanwhile, automatic or not, decides whether a person's value counts.
        if (!Number.isNaN(manual[target.slot]!)) manual[target.slot] = toBase(value, target.unit);
        return this.#seam.passOn(target.slot);
      case 'input mode':
        manual[target.slot] = value === 1 ? this.#held(target.slot, wanted[target.slot]!) : Number.NaN;
        return this.#seam.passOn(target.slot);
      case 'setpoint':
        loops.setpoints[target.loop] = toBase(value, target.unit);
        return;
      case 'loop mode':
        for (const slot of target.slots) {
          manual[slot] = target.own.includes(value) ? Number.NaN : this.#held(slot, inputs[slot]!);
          if (target.own.includes(value)) wanted[slot] = inputs[slot]!;
          this.#seam.passOn(slot);
        }
        return loops.setMode(target.loop, value);
      case 'tuning':
        return value === 1 ? loops.startTuning(target.loop) : loops.abortTuning(target.loop);
      case 'tuning amplitude':
        loops.amplitudes[target.loop] = value / 100;
        return;
      case 'remote demand':
        for (const remote of this.#seam.remote!.feeds) remote[0] = toBase(value, target.unit);
        return;
      case 'remote count':
        this.#seam.remote!.watch.count[0] = value;
        return;
    }
  }

  /** What a person holds an input at already, or else `now`: taking over moves nothing. */
  #held(slot: number, now: number): number {
    const held = this.#seam.manual[slot]!;
    return Number.isNaN(held) ? now : held;
  }

  #steer(action: RecipeAction): void {
    if (action === 'next') this.#seam.nextPhase();
    else this.#run.command(action);
  }

  #answer({ alarm, action, forH = 0 }: Change & { kind: 'alarm' }): void {
    const index = (this.plan.alarms ?? []).findIndex(({ name }) => name === alarm);
    const found = this.#seam.alarms.at(index);
    if (action === 'acknowledge') found.acknowledge();
    else if (action === 'reset') this.#seam.alarms.reset(index);
    else found.shelve(action === 'shelve' ? forH : 0);
  }
}
