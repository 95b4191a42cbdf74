import { GainSchedule, type RelayResult, StagedLoop } from '@fedbatch/control';
import type { Unit } from '@fedbatch/vocabulary';
import { fromTheTop, type LoopPlan, loopModes, masterOf } from './loop-plan.ts';
import { LoopTuning } from './loop-tuning.ts';
import { badQuality } from './quality.ts';

const itself = loopModes.indexOf('automatic');
const led = loopModes.indexOf('cascade');

/** What loops need of a run. */
export interface LoopSeam {
  slotOfInput(id: string): number;
  slotOfOutput(id: string): number;
  /** Words and unit of an output. */
  outputOf(slot: number): { readonly says: string; readonly unit: Unit };
  /** Present values of the outputs, and of the inputs by slot. */
  readonly outputs: Float64Array;
  readonly inputs: Float64Array;
  /** What an interlock holds an input at; NaN: none does. */
  readonly forced: Float64Array;
  /** Tells an input what is wanted: `values[at]`. */
  demand(slot: number, values: Float64Array, at: number): void;
  timeH(): number;
  /** Length of a scan, h. */
  readonly scanH: number;
  /** Said once: a loop has nothing to control by. */
  warn(subject: string, says: string): void;
  note(subject: string, says: string): void;
}

/** One loop with the slots of what it sees and drives. */
interface Line {
  readonly plan: LoopPlan;
  readonly loop: StagedLoop;
  readonly output: number;
  /** Slot of the quality, or -1. */
  readonly quality: number;
  readonly gain: { readonly schedule: GainSchedule; readonly output: number; readonly quality: number } | undefined;
  /** By stage: slot of its input, or -1; place of its slave, or -1. Where both are, it drives the share of the feed. */
  readonly slots: Int32Array;
  readonly slaves: Int32Array;
  /** Inputs alone. */
  readonly inputs: Int32Array;
  /** Place of its master, or -1. */
  readonly master: number;
}

/** The base loops of a run: they see samples and give demands, once a scan, masters before their slaves. */
export class Loops {
  readonly #lines: readonly Line[];
  readonly #order: readonly number[];
  readonly #seam: LoopSeam;
  readonly #setpoints: Float64Array;
  readonly #acts: Uint8Array;
  /** Who moves each loop, as a place in `loopModes`. */
  readonly #mode: Uint8Array;
  readonly #tunings: LoopTuning[] = [];
  /** The experiment that runs on each loop, and the last result there. */
  readonly #tuning: (LoopTuning | undefined)[];
  readonly #found: (RelayResult | undefined)[];
  readonly #amplitudes: Float64Array;
  readonly #scan = new Float64Array(3);
  /** Share of what strategies want that is fed. */
  readonly feedShare = Float64Array.of(1);

  constructor(plans: readonly LoopPlan[], seam: LoopSeam) {
    this.#seam = seam;
    this.#lines = plans.map((plan, i) => lineOf(plan, masterOf(plans, i), plans, seam));
    this.#order = fromTheTop(plans);
    this.#setpoints = Float64Array.from(plans, ({ setpoint }) => setpoint);
    this.#acts = new Uint8Array(plans.length);
    this.#mode = Uint8Array.from(plans, (_, i) => this.homeOf(i));
    this.#tuning = plans.map(() => undefined);
    this.#found = plans.map(() => undefined);
    this.#amplitudes = Float64Array.from(plans, ({ tuning }) => tuning.amplitude);
  }

  /** Present set points, base units; writing one moves it from the next scan on. */
  get setpoints(): Float64Array {
    return this.#setpoints;
  }

  /** How far the relay of each loop moves its output, in stages; writing one counts from the next experiment on. */
  get amplitudes(): Float64Array {
    return this.#amplitudes;
  }

  /** Place in `loopModes`. */
  modeOf(loop: number): number {
    return this.#mode[loop]!;
  }

  /** The mode in which a loop starts: cascade where it has a master. */
  homeOf(loop: number): number {
    return this.#lines[loop]!.master >= 0 ? led : itself;
  }

  /** Whether the set point of a loop is its master's to say. */
  isLed(loop: number): boolean {
    const { master } = this.#lines[loop]!;
    return this.#listens(loop) && this.#acts[master] === 1 && this.#isOwn(master);
  }

  /** How far its stages are used: -1 all that lower, 1 all that raise. */
  outputOf(loop: number): number {
    const { up, down = [] } = this.#lines[loop]!.plan.settings;
    const place = this.#lines[loop]!.loop.pid.output[0]!;
    return place >= 0 ? place / Math.max(1, up.length) : place / Math.max(1, down.length);
  }

  /** Somebody takes a loop over, or gives it back: it goes on from where its actuators are. */
  setMode(loop: number, mode: number): void {
    const before = this.#mode[loop]!;
    this.#mode[loop] = mode;
    if (!this.#isOwn(loop)) return this.abortTuning(loop);
    if (before === itself || before === led || this.#acts[loop] === 0) return;
    // Its master goes on from what is there, and so does it.
    if (mode === led) this.#setpoints[loop] = this.#presentOf(loop);
    this.#takeOver(loop);
  }

  /** Band, reset and derivative that a loop goes by now, in base units and h. */
  lawOf(loop: number): StagedLoop['law'] {
    return this.#lines[loop]!.loop.law;
  }

  /** Inputs of a loop, by slot. */
  slotsOf(loop: number): Int32Array {
    return this.#lines[loop]!.inputs;
  }

  /** A phase starts: loops that act in it take over from where the actuators are, the others go to rest. */
  enter(phase: string, setpoints: readonly { readonly loop: number; readonly value: number }[]): void {
    for (const { loop, value } of setpoints) this.#setpoints[loop] = value;
    for (const i of this.#order) {
      const { during } = this.#lines[i]!.plan;
      const acts = during === undefined || during.includes(phase);
      if (acts && this.#acts[i] === 0) this.#takeOver(i);
      if (!acts && this.#acts[i] === 1) this.#rest(i);
      this.#acts[i] = acts ? 1 : 0;
    }
  }

  /** One scan: reads what is measured and sends what is wanted. */
  act(): void {
    for (let k = 0; k < this.#order.length; k++) {
      const i = this.#order[k]!;
      if (this.#acts[i] === 0 || !this.#isOwn(i)) continue;
      const { loop, plan } = this.#lines[i]!;
      this.#read(i);
      loop.seen[2] = this.#seam.scanH;
      if (this.#tuning[i]) this.#tune(i, this.#tuning[i]!);
      else if (!this.#follow(i) && !loop.step())
        this.#seam.warn(`loop ${plan.name}`, `${plan.output} gives no value to control by; its outputs are held`);
      this.#send(i);
    }
  }

  /** Whether an experiment runs on a loop. */
  isTuning(loop: number): boolean {
    return this.#tuning[loop] !== undefined;
  }

  /** What the last experiment on a loop found, counted in stages and base units; undefined: nothing yet. */
  found(loop: number): RelayResult | undefined {
    return this.#found[loop];
  }

  /** Whole periods of the experiment on a loop. */
  periodsOf(loop: number): number {
    return this.#tuning[loop]?.relay.periods ?? this.#found[loop]?.periods ?? 0;
  }

  /** All experiments, in their order. */
  get tunings(): readonly LoopTuning[] {
    return this.#tunings;
  }

  /** Why no experiment can begin on a loop now; undefined: one can. */
  whyNotTuned(loop: number): string | undefined {
    if (this.#tuning[loop]) return 'An experiment runs on it.';
    if (this.#acts[loop] === 0) return 'It does not act in this phase.';
    if (!this.#isOwn(loop)) return `Its mode is ${loopModes[this.#mode[loop]!]}.`;
    const nameOf = (at: number): string => `\`${this.#lines[at]!.plan.name}\``;
    const isTuned = (at: number): boolean => this.#tuning[at] !== undefined;
    // A relay moves nothing through a slave that does not follow, and two relays are told apart by nobody.
    const deaf = this.#lines[loop]!.slaves.find((slave) => slave >= 0 && (this.#mode[slave] !== led || isTuned(slave)));
    if (deaf !== undefined)
      return `Its slave ${nameOf(deaf)} ${isTuned(deaf) ? 'is being tuned' : `has the mode ${loopModes[this.#mode[deaf]!]}`}.`;
    const { master } = this.#lines[loop]!;
    return master >= 0 && isTuned(master) ? `Its master ${nameOf(master)} is being tuned.` : undefined;
  }

  /** Starts a relay experiment on a loop; what hinders it is said in an event. */
  startTuning(loop: number): void {
    const { plan, output, loop: staged } = this.#lines[loop]!;
    const { says, unit } = this.#seam.outputOf(output);
    const amplitude = this.#amplitudes[loop]!;
    const { up, down = [] } = plan.settings;
    try {
      const hindrance = this.whyNotTuned(loop);
      if (hindrance) throw new RangeError(hindrance);
      const made = new LoopTuning(
        { ...plan.tuning, amplitude },
        { name: plan.name, says, unit },
        this.#setpoints[loop]!,
        staged.pid.output[0]!,
        [-down.length, up.length],
      );
      this.#tuning[loop] = made;
      this.#tunings.push(made);
      this.#seam.note(
        `loop ${plan.name}`,
        `tuning began: a relay of ${Number((100 * amplitude).toPrecision(4))} % to either side`,
      );
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#seam.note(`loop ${plan.name}`, `tuning cannot begin. ${error.message}`);
    }
  }

  /** Gives an experiment up: the loop goes on from its point of work. */
  abortTuning(loop: number): void {
    const tuning = this.#tuning[loop];
    if (!tuning) return;
    tuning.relay.abort();
    this.#endTuning(loop, tuning);
  }

  #tune(i: number, tuning: LoopTuning): void {
    const { loop } = this.#lines[i]!;
    this.#scan[0] = this.#seam.timeH();
    this.#scan[1] = loop.seen[1]!;
    this.#scan[2] = loop.seen[2]!;
    tuning.step(this.#scan);
    if (tuning.relay.end) this.#endTuning(i, tuning);
    else loop.put(tuning.relay.output[0]!);
  }

  /** Back to the law, from the point of work: the output does not jump, save by what the relay was off it. */
  #endTuning(i: number, tuning: LoopTuning): void {
    const { loop, plan } = this.#lines[i]!;
    this.#tuning[i] = undefined;
    const { relay } = tuning;
    if (relay.result) this.#found[i] = relay.result;
    loop.put(relay.restsAt);
    this.#startFrom(i, relay.restsAt);
    const law = relay.result?.laws.find(({ rule }) => rule === tuning.plan.use);
    if (law) loop.retune({ band: 1 / law.gain, resetH: law.resetH, derivativeH: law.derivativeH });
    this.#seam.note(`loop ${plan.name}`, tuning.sentence);
  }

  /** Whether it moves its stages itself. */
  #isOwn(i: number): boolean {
    return this.#mode[i] === itself || this.#mode[i] === led;
  }

  /** Whether a slave takes what its master says. */
  #listens(slave: number): boolean {
    return this.#acts[slave] === 1 && this.#mode[slave] === led && this.#tuning[slave] === undefined;
  }

  /** Where the stage in use is held by somebody else the law follows it: an interlock, or a slave that does not listen. A slave that cannot follow is told to the law. */
  #follow(i: number): boolean {
    const { loop, slots, slaves } = this.#lines[i]!;
    const at = loop.active;
    const slave = slaves[at]!;
    loop.reached[0] = Number.NaN;
    if (slave < 0) {
      const slot = slots[at]!;
      if (slot < 0 || Number.isNaN(this.#seam.forced[slot]!)) return false;
      loop.values[at] = this.#seam.forced[slot]!;
    } else {
      if (this.#listens(slave)) {
        if (this.#isStuck(slave)) loop.reached[0] = this.#presentOf(slave);
        return false;
      }
      loop.values[at] = this.#standsAt(slave);
    }
    if (Number.isFinite(loop.seen[1]!)) loop.follow();
    return true;
  }

  /** Whether a slave wants to go on and cannot: its stages are spent, an interlock has them, or its own slave is stuck. */
  #isStuck(i: number): boolean {
    const { loop, slots } = this.#lines[i]!;
    const lacks = this.#setpoints[i]! - this.#presentOf(i);
    const slot = slots[loop.active]!;
    const isHeld = slot >= 0 && !Number.isNaN(this.#seam.forced[slot]!);
    return isHeld || !Number.isNaN(loop.reached[0]!) || (loop.spent !== 0 && lacks * loop.spent > 0);
  }

  /** What a loop holds, as it is now; its set point while there is no value. */
  #presentOf(i: number): number {
    const { output, quality } = this.#lines[i]!;
    const isBad = quality >= 0 && this.#seam.outputs[quality]! >= badQuality;
    const present = this.#seam.outputs[output]!;
    return isBad || !Number.isFinite(present) ? this.#setpoints[i]! : present;
  }

  /** Where a master finds the set point of its slave: in a slave that somebody moves by hand, at what is there. */
  #standsAt(slave: number): number {
    return this.#acts[slave] === 1 && !this.#isOwn(slave) ? this.#presentOf(slave) : this.#setpoints[slave]!;
  }

  #send(i: number): void {
    const { loop, slots, slaves } = this.#lines[i]!;
    for (let k = 0; k < slots.length; k++) {
      if (slots[k]! >= 0) this.#seam.demand(slots[k]!, loop.values, k);
      else if (slaves[k]! < 0) this.feedShare[0] = loop.values[k]!;
      else if (this.#listens(slaves[k]!)) this.#setpoints[slaves[k]!] = loop.values[k]!;
    }
  }

  #read(i: number): void {
    const { loop, gain, output, quality } = this.#lines[i]!;
    if (gain) {
      const isGainBad = gain.quality >= 0 && this.#seam.outputs[gain.quality]! >= badQuality;
      gain.schedule.seen[0] = isGainBad ? Number.NaN : this.#seam.outputs[gain.output]!;
      gain.schedule.step();
      loop.gain[0] = gain.schedule.factor[0]!;
      // A take-over counts with the gain that the first step will have.
      loop.seen[3] = gain.schedule.factor[0]!;
    }
    const isBad = quality >= 0 && this.#seam.outputs[quality]! >= badQuality;
    loop.seen[0] = this.#setpoints[i]!;
    loop.seen[1] = isBad ? Number.NaN : this.#seam.outputs[output]!;
  }

  /** A loop goes on from where what it drives is. */
  #takeOver(i: number): void {
    const { loop, slots, slaves } = this.#lines[i]!;
    for (let k = 0; k < slots.length; k++)
      loop.values[k] =
        slots[k]! >= 0
          ? this.#seam.inputs[slots[k]!]!
          : slaves[k]! >= 0
            ? this.#standsAt(slaves[k]!)
            : this.feedShare[0]!;
    this.#startFrom(i);
  }

  /** The law goes on from what stands in the values of its stages, or from a place. */
  #startFrom(i: number, place?: number): void {
    const { loop } = this.#lines[i]!;
    this.#read(i);
    loop.seen[2] = 0;
    // Without a value yet the set point stands for it: the loop starts from no error.
    if (!Number.isFinite(loop.seen[1]!)) loop.seen[1] = loop.seen[0]!;
    loop.takeOver(place);
  }

  /** What it drives rests; a slave keeps the set point that it has. */
  #rest(i: number): void {
    this.abortTuning(i);
    const { plan, slots, slaves } = this.#lines[i]!;
    const { up, down = [] } = plan.settings;
    const rest = Float64Array.from([...up, ...down], ({ from }) => from);
    for (let k = 0; k < slots.length; k++) {
      if (slots[k]! >= 0) this.#seam.demand(slots[k]!, rest, k);
      else if (slaves[k]! < 0) this.feedShare[0] = rest[k]!;
    }
  }
}

function lineOf(plan: LoopPlan, master: number, plans: readonly LoopPlan[], seam: LoopSeam): Line {
  const slot = (id: string | undefined): number => (id === undefined ? -1 : seam.slotOfOutput(id));
  const slots = Int32Array.from(plan.targets, (target) => ('input' in target ? seam.slotOfInput(target.input) : -1));
  return {
    plan,
    loop: new StagedLoop(plan.settings),
    output: slot(plan.output),
    quality: slot(plan.quality),
    gain: plan.gain && {
      schedule: new GainSchedule(plan.gain),
      output: slot(plan.gain.output),
      quality: slot(plan.gain.quality),
    },
    slots,
    slaves: Int32Array.from(plan.targets, (target) =>
      'loop' in target ? plans.findIndex(({ name }) => name === target.loop) : -1,
    ),
    inputs: slots.filter((one) => one >= 0),
    master,
  };
}
