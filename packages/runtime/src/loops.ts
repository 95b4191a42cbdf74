import { type GainPoints, GainSchedule, type LoopSettings, StagedLoop } from '@fedbatch/control';
import { badQuality } from './quality.ts';

/** Who moves a loop; the last one only where a foreign controller is let in. */
export const loopModes = ['automatic', 'manual', 'remote'] as const;

/** A loop of a plan, resolved to ids. Values in base units. */
export interface LoopPlan {
  readonly name: string;
  readonly settings: LoopSettings;
  /** Output or tag that is held, and the output with its quality where it is a sensor's. */
  readonly output: string;
  readonly quality?: string;
  readonly setpoint: number;
  /** What its gain is scheduled by, and the output with its quality where it is a sensor's. */
  readonly gain?: GainPoints & { readonly output: string; readonly quality?: string };
  /** Inputs that the stages drive: those that raise, then those that lower. */
  readonly inputs: readonly string[];
  /** Phases in which it acts; undefined: in all. */
  readonly during?: readonly string[];
}

/** A schedule, and slots of its signal and of the quality of that, or -1. */
interface Gain {
  readonly schedule: GainSchedule;
  readonly output: number;
  readonly quality: number;
}

/** What loops need of a run. */
export interface LoopSeam {
  slotOfInput(id: string): number;
  slotOfOutput(id: string): number;
  /** Present values of the outputs, and of the inputs by slot. */
  readonly outputs: Float64Array;
  readonly inputs: Float64Array;
  /** Tells an input what is wanted: `values[at]`. */
  demand(slot: number, values: Float64Array, at: number): void;
  /** Said once: a loop has nothing to control by. */
  warn(subject: string, says: string): void;
}

/** The base loops of a run: they see samples and give demands, once a scan. */
export class Loops {
  readonly #plans: readonly LoopPlan[];
  readonly #loops: readonly StagedLoop[];
  readonly #seam: LoopSeam;
  readonly #outputs: Int32Array;
  readonly #qualities: Int32Array;
  readonly #slots: readonly Int32Array[];
  readonly #setpoints: Float64Array;
  readonly #gains: readonly (Gain | undefined)[];
  readonly #acts: Uint8Array;
  /** Who moves each loop: 0 it does itself, 1 a person, 2 a foreign controller. */
  readonly #mode: Uint8Array;

  constructor(plans: readonly LoopPlan[], seam: LoopSeam) {
    this.#plans = plans;
    this.#seam = seam;
    this.#loops = plans.map(({ settings }) => new StagedLoop(settings));
    this.#outputs = Int32Array.from(plans, ({ output }) => seam.slotOfOutput(output));
    this.#qualities = Int32Array.from(plans, ({ quality }) =>
      quality === undefined ? -1 : seam.slotOfOutput(quality),
    );
    this.#gains = plans.map(
      ({ gain }) =>
        gain && {
          schedule: new GainSchedule(gain),
          output: seam.slotOfOutput(gain.output),
          quality: gain.quality === undefined ? -1 : seam.slotOfOutput(gain.quality),
        },
    );
    this.#slots = plans.map(({ inputs }) => Int32Array.from(inputs, (id) => seam.slotOfInput(id)));
    this.#setpoints = Float64Array.from(plans, ({ setpoint }) => setpoint);
    this.#acts = new Uint8Array(plans.length);
    this.#mode = new Uint8Array(plans.length);
  }

  /** Present set points, base units; writing one moves it from the next scan on. */
  get setpoints(): Float64Array {
    return this.#setpoints;
  }

  /** Place in `loopModes`. */
  modeOf(loop: number): number {
    return this.#mode[loop]!;
  }

  /** How far its stages are used: -1 all that lower, 1 all that raise. */
  outputOf(loop: number): number {
    const { up, down = [] } = this.#plans[loop]!.settings;
    const place = this.#loops[loop]!.pid.output[0]!;
    return place >= 0 ? place / Math.max(1, up.length) : place / Math.max(1, down.length);
  }

  /** Somebody takes a loop over, or gives it back: it goes on from where its actuators are. */
  setMode(loop: number, mode: number): void {
    if (this.#mode[loop] !== 0 && mode === 0 && this.#acts[loop] === 1) this.#takeOver(loop);
    this.#mode[loop] = mode;
  }

  /** Inputs of a loop, by slot. */
  slotsOf(loop: number): Int32Array {
    return this.#slots[loop]!;
  }

  /** A phase starts: loops that act in it take over from where the actuators are, the others go to rest. */
  enter(phase: string, setpoints: readonly { readonly loop: number; readonly value: number }[]): void {
    for (const { loop, value } of setpoints) this.#setpoints[loop] = value;
    this.#plans.forEach(({ during }, i) => {
      const acts = during === undefined || during.includes(phase);
      if (acts && this.#acts[i] === 0) this.#takeOver(i);
      if (!acts && this.#acts[i] === 1) this.#rest(i);
      this.#acts[i] = acts ? 1 : 0;
    });
  }

  /** One scan of `scanH`: reads what is measured and sends what is wanted. */
  act(scanH: number): void {
    for (let i = 0; i < this.#loops.length; i++) {
      if (this.#acts[i] === 0 || this.#mode[i] !== 0) continue;
      const loop = this.#loops[i]!;
      this.#read(i, scanH);
      if (!loop.step())
        this.#seam.warn(
          `loop ${this.#plans[i]!.name}`,
          `${this.#plans[i]!.output} gives no value to control by; its outputs are held`,
        );
      const slots = this.#slots[i]!;
      for (let k = 0; k < slots.length; k++) this.#seam.demand(slots[k]!, loop.values, k);
    }
  }

  #read(i: number, scanH: number): void {
    const { seen } = this.#loops[i]!;
    const gain = this.#gains[i];
    if (gain) this.#scheduleGain(gain, i);
    const quality = this.#qualities[i]!;
    const isBad = quality >= 0 && this.#seam.outputs[quality]! >= badQuality;
    seen[0] = this.#setpoints[i]!;
    seen[1] = isBad ? Number.NaN : this.#seam.outputs[this.#outputs[i]!]!;
    seen[2] = scanH;
  }

  #scheduleGain({ schedule, output, quality }: Gain, i: number): void {
    const isBad = quality >= 0 && this.#seam.outputs[quality]! >= badQuality;
    schedule.seen[0] = isBad ? Number.NaN : this.#seam.outputs[output]!;
    schedule.step();
    const loop = this.#loops[i]!;
    loop.gain[0] = schedule.factor[0]!;
    // A take-over counts with the gain that the first step will have.
    loop.seen[3] = schedule.factor[0]!;
  }

  #takeOver(i: number): void {
    const loop = this.#loops[i]!;
    const slots = this.#slots[i]!;
    for (let k = 0; k < slots.length; k++) loop.values[k] = this.#seam.inputs[slots[k]!]!;
    this.#read(i, 0);
    // Without a value yet the set point stands for it: the loop starts from no error.
    if (!Number.isFinite(loop.seen[1]!)) loop.seen[1] = loop.seen[0]!;
    loop.takeOver();
  }

  #rest(i: number): void {
    const { up, down = [] } = this.#plans[i]!.settings;
    const rest = Float64Array.from([...up, ...down], ({ from }) => from);
    const slots = this.#slots[i]!;
    for (let k = 0; k < slots.length; k++) this.#seam.demand(slots[k]!, rest, k);
  }
}
