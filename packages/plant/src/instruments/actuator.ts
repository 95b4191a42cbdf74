import { Exponential } from './exponential.ts';

/** What an actuator is, in base units and h. */
export interface ActuatorSpec {
  /** `feed.pump` */
  readonly tag: string;
  /** Input of the equations that it drives. */
  readonly drives: string;
  readonly low: number;
  readonly high: number;
  /** Fastest change, per h. */
  readonly ratePerH: number;
  /** Changes of the demand below this do nothing. */
  readonly deadBand: number;
  /** Smallest step that it can make; 0: none. */
  readonly step: number;
  readonly tauH: number;
  /** Relative error of its calibration. */
  readonly error: number;
  /** Loss of delivery for each unit delivered in total: a tube that wears. */
  readonly wear: number;
  /** Valve: how far the demand moves before the stem does, and how far it then jumps (Choudhury et al. 2005, Control Eng. Pract. 13, 641). */
  readonly stickband: number;
  readonly slipJump: number;
  /** What its bottle holds; when it is empty nothing is delivered. */
  readonly reservoir: number;
}

export const idealActuator: Omit<ActuatorSpec, 'tag' | 'drives'> = {
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  ratePerH: Number.POSITIVE_INFINITY,
  deadBand: 0,
  step: 0,
  tauH: 0,
  error: 0,
  wear: 0,
  stickband: 0,
  slipJump: 0,
  reservoir: Number.POSITIVE_INFINITY,
};

/** What faults do to an actuator at this moment: nothing where `isAny` is false. */
export class ActuatorEffects {
  isAny = false;
  /** Share of what is meant that comes. */
  factor = 1;
  stuck = false;
  off = false;
  runaway = false;
  stickband = 0;

  clear(): void {
    this.isAny = false;
    this.factor = 1;
    this.stuck = false;
    this.off = false;
    this.runaway = false;
    this.stickband = 0;
  }
}

/** One actuator: limits, dead band, rate, steps, stiction, lag, error and wear. `act` allocates nothing. */
export class Actuator {
  readonly spec: ActuatorSpec;
  readonly effects = new ActuatorEffects();
  readonly memorySize = 9;
  /** command taken, position, delivered (mean), total delivered, total meant, stem at rest, direction of the stem, where to, total at the last service. Numbers stay in here: handed over in calls, they would cost a box each. */
  readonly #held = new Float64Array(9);
  readonly #decay = new Exponential();
  /** The demand at which it has come to rest: the same again moves nothing. NaN: it moves, wears or sticks. */
  readonly #restsAt = new Float64Array(1).fill(Number.NaN);

  constructor(spec: ActuatorSpec, start: number) {
    this.spec = spec;
    this.#held[0] = start;
    this.#held[1] = start;
    this.#held[2] = start;
    this.#held[5] = start;
  }

  /** Mean over the last `act`. */
  get delivered(): number {
    return this.#held[2]!;
  }

  /** What has been delivered, against what its totaliser shows: what was meant. */
  get total(): number {
    return this.#held[3]!;
  }

  get totaliser(): number {
    return this.#held[4]!;
  }

  /** Share of what is meant that wear takes away. */
  get worn(): number {
    return 1 - this.#unworn();
  }

  /** A new tube: what was delivered up to now wears no more. */
  renew(): void {
    this.#held[8] = this.#held[3]!;
  }

  get isEmpty(): boolean {
    return this.#held[3]! >= this.spec.reservoir;
  }

  /** Follows `demands[slot]` for `clock[1]` h. */
  act(clock: Float64Array, demands: Float64Array, slot: number): void {
    const { spec, effects } = this;
    const held = this.#held;
    const dt = clock[1]!;
    if (demands[slot] === this.#restsAt[0] && !effects.isAny && held[3]! + held[2]! * dt <= spec.reservoir) {
      held[3] = held[3]! + held[2]! * dt;
      held[4] = held[4]! + held[7]! * dt;
      return;
    }
    this.#aim(clock, demands, slot);
    const target = held[7]!;
    const from = held[1]!;
    let mean = target;
    if (spec.tauH > 0 && dt > 0) {
      const { terms } = this.#decay;
      terms[0] = -dt / spec.tauH;
      this.#decay.find();
      const decay = terms[1]!;
      mean = target + ((from - target) * spec.tauH * (1 - decay)) / dt;
      held[1] = target + (from - target) * decay;
    } else held[1] = target;
    let delivered = mean * (1 + spec.error) * this.#unworn() * effects.factor;
    if (effects.off) {
      delivered = Math.min(Math.max(0, spec.low), spec.high);
      held[1] = delivered;
    }
    if (this.isEmpty) delivered = 0;
    else if (held[3]! + delivered * dt > spec.reservoir && dt > 0) delivered = (spec.reservoir - held[3]!) / dt;
    held[2] = Math.min(Math.max(delivered, Math.min(spec.low, 0)), spec.high);
    held[3] = held[3]! + held[2]! * dt;
    held[4] = held[4]! + mean * dt;
    this.#restsAt[0] = from === target && this.#rests(demands, slot) ? demands[slot]! : Number.NaN;
  }

  /** Writes what it delivered to `out[at]`. */
  show(out: Float64Array, at: number): void {
    out[at] = this.#held[2]!;
  }

  save(out: Float64Array, from: number): void {
    out.set(this.#held, from);
  }

  restore(memory: Float64Array, from: number): void {
    for (let i = 0; i < 9; i++) this.#held[i] = memory[from + i]!;
    this.#restsAt[0] = Number.NaN;
  }

  /** Whether the same demand again would leave everything where it is, but for what is delivered. */
  #rests(demands: Float64Array, slot: number): boolean {
    const { low, high, deadBand, wear, stickband, reservoir } = this.spec;
    const held = this.#held;
    const asked = Math.min(Math.max(demands[slot]!, low), high);
    return (
      Math.abs(asked - held[0]!) <= deadBand &&
      !(wear > 0 || stickband > 0 || this.effects.isAny) &&
      held[3]! < reservoir
    );
  }

  #unworn(): number {
    return 1 / (1 + this.spec.wear * Math.abs(this.#held[3]! - this.#held[8]!));
  }

  /** Where the position is to go. */
  #aim(clock: Float64Array, demands: Float64Array, slot: number): void {
    const { spec, effects } = this;
    const held = this.#held;
    if (effects.runaway && Number.isFinite(spec.high)) {
      held[7] = spec.high;
      return;
    }
    if (effects.stuck) {
      held[7] = held[1]!;
      return;
    }
    const demand = demands[slot]!;
    const asked = Math.min(Math.max(Number.isFinite(demand) ? demand : held[0]!, spec.low), spec.high);
    if (Math.abs(asked - held[0]!) > spec.deadBand) {
      const most = spec.ratePerH * clock[1]!;
      held[0] = held[0]! + Math.min(Math.max(asked - held[0]!, -most), most);
    }
    const stepped = spec.step > 0 ? Math.round(held[0]! / spec.step) * spec.step : held[0]!;
    held[7] = Math.min(Math.max(stepped, spec.low), spec.high);
    if (spec.stickband + effects.stickband > 0) this.#moveStem();
    else held[5] = held[7]!;
  }

  /** A stem at rest moves only when the command has left it by the stick band, and then jumps; while it moves it stays behind by the rest. */
  #moveStem(): void {
    const held = this.#held;
    const stickband = this.spec.stickband + this.effects.stickband;
    const jump = Math.min(this.spec.slipJump + this.effects.stickband, stickband);
    const offset = held[7]! - held[5]!;
    const behind = 0.5 * (stickband - jump);
    const isTurning = Math.sign(offset) !== held[6]! || held[6] === 0;
    if (Math.abs(offset) > (isTurning ? 0.5 * stickband : behind)) {
      held[6] = Math.sign(offset);
      held[5] = held[7]! - held[6]! * behind;
    }
    held[7] = held[5]!;
  }
}
