import { Pid, type PidSettings } from './pid.ts';
import { SwitchedStage, type Switching } from './switched-stage.ts';

/** What a loop drives in its turn: from where it rests to where it is spent. `to` may lie below `from`. */
export interface LoopStage {
  readonly from: number;
  readonly to: number;
  /** Error that moves this stage over its whole range; default that of the loop. */
  readonly band?: number;
  /** It knows only `from` and `to`; left out: it takes every value between them. */
  readonly switching?: Switching;
}

export interface LoopSettings extends Omit<PidSettings, 'gain' | 'ratePerH'> {
  /** Proportional band: the error that moves a stage over its whole range. */
  readonly band: number;
  /** Stages that raise the measured value, in the order in which they are used. */
  readonly up: readonly LoopStage[];
  /** Stages that lower it. */
  readonly down?: readonly LoopStage[];
  /** How long a stage must be spent, or at rest, before the next one takes over. Default 0. */
  readonly switchH?: number;
}

/**
 * One controlled quantity and the actuators that serve it, as bench and production controllers have them: split range about rest, stages in
 * sequence with a delay before each change, the rest held. A value that is no number leaves everything where it is.
 */
export class StagedLoop {
  /** What each stage is to be: up stages, then down stages, in the units of their limits. */
  readonly values: Float64Array;
  /** Set point, measured value, length of the step in h. */
  readonly seen: Float64Array;
  readonly pid: Pid;
  /** Factor of the gain from outside, as a schedule has it. */
  readonly gain: Float64Array = Float64Array.of(1);
  /** What the stage in use really came to, in its unit, where it cannot follow; NaN: it follows. The integral part goes no further (anti-windup of a cascade). */
  readonly reached: Float64Array = Float64Array.of(Number.NaN);
  /** Band, reset and derivative as they are now, after `retune` or before. */
  law: Required<Pick<LoopSettings, 'band' | 'resetH' | 'derivativeH'>>;
  readonly #stages: readonly LoopStage[];
  readonly #switches: readonly (SwitchedStage | undefined)[];
  readonly #up: number;
  /** Of each stage: where it rests, how far it moves, and the factor of the gain for its band; in arrays, so that a step allocates nothing. */
  readonly #from: Float64Array;
  readonly #span: Float64Array;
  readonly #factor: Float64Array;
  readonly #switchH: number;
  /** Which stage moves: 0, 1, … up, -1, -2, … down; and for how long it has been at an end. */
  #active = 0;
  readonly #waited = new Float64Array(1);

  constructor({ up, down = [], band, switchH = 0, ...settings }: LoopSettings) {
    if (!(band > 0)) throw new RangeError(`A proportional band of ${band} is not above 0.`);
    if (up.length + down.length === 0) throw new RangeError('A loop without stages drives nothing.');
    for (const { from, to } of [...up, ...down])
      if (from === to) throw new RangeError(`A stage from ${from} to ${to} cannot move.`);
    this.#stages = [...up, ...down];
    this.#switches = this.#stages.map(({ switching }) => switching && new SwitchedStage(switching));
    this.#up = up.length;
    this.#from = Float64Array.from(this.#stages, ({ from }) => from);
    this.#span = Float64Array.from(this.#stages, ({ from, to }) => to - from);
    this.#factor = new Float64Array(this.#stages.length);
    this.#weigh(band);
    this.#switchH = switchH;
    this.values = new Float64Array(this.#stages.length);
    this.law = { band, resetH: settings.resetH, derivativeH: settings.derivativeH ?? 0 };
    this.pid = new Pid({ ...settings, gain: 1 / band }, -down.length, up.length);
    this.seen = this.pid.seen;
  }

  /** Takes over from what the actuators are at, or from a given place, without a bump. `values` and `seen` hold what is there. */
  takeOver(from?: number): void {
    const raised = this.#placeOf(0, this.#up);
    const place = from ?? (raised === 0 ? -this.#placeOf(this.#up, this.#stages.length) : raised);
    this.#active =
      place > 0 ? Math.min(this.#up - 1, Math.ceil(place) - 1) : place < 0 ? Math.floor(place) : this.#up > 0 ? 0 : -1;
    this.#waited[0] = 0;
    this.#limit();
    this.pid.takeOver(place);
    for (const stage of this.#switches) stage?.rest();
    this.#spread();
  }

  /** Place of the stage in use: first those that raise, then those that lower. */
  get active(): number {
    return this.#active >= 0 ? this.#active : this.#up - 1 - this.#active;
  }

  /** 1: everything that raises is spent; -1: everything that lowers is; 0: there is room either way. Where nothing lowers, rest is its end. */
  get spent(): -1 | 0 | 1 {
    const place = this.pid.output[0]!;
    return place >= this.#up ? 1 : place <= this.#up - this.#stages.length ? -1 : 0;
  }

  /** Somebody else holds the stage in use at what stands in `values`: the law follows, so that it goes on from there without a bump. */
  follow(): void {
    this.pid.takeOver(this.#placeIn(this.active, this.values[this.active]!));
  }

  /** Goes on with another law from where the stages are. `seen` and `values` hold what is there. Throws RangeError for settings that control nothing. */
  retune({ band, resetH, derivativeH = 0 }: Pick<LoopSettings, 'band' | 'resetH' | 'derivativeH'>): void {
    if (!(band > 0)) throw new RangeError(`A proportional band of ${band} is not above 0.`);
    this.pid.retune({ gain: 1 / band, resetH, derivativeH });
    this.#weigh(band);
    this.law = { band, resetH, derivativeH };
    this.pid.takeOver(this.pid.output[0]!);
  }

  /** Puts the stages to a place, counted as the output is, without the law: for an experiment. */
  put(place: number): void {
    this.pid.output[0] = place;
    this.#spread();
  }

  /** One step with what stands in `seen`; writes `values`. false: there is no value to control by, and nothing was moved. */
  step(): boolean {
    if (!Number.isFinite(this.seen[1]!)) return false;
    const active = this.#active >= 0 ? this.#active : this.#up - 1 - this.#active;
    this.pid.reached[0] = Number.isNaN(this.reached[0]!) ? Number.NaN : this.#placeIn(active, this.reached[0]!);
    this.seen[3] = this.gain[0]! * this.#factor[active]!;
    this.pid.step();
    this.#change();
    this.#spread();
    return true;
  }

  /** Of each stage, the gain for its own band beside that of the loop. */
  #weigh(band: number): void {
    this.#stages.forEach((stage, i) => {
      this.#factor[i] = stage.band === undefined ? 1 : band / stage.band;
    });
  }

  /** The place at which a stage has a value, which may lie beyond its ends. */
  #placeIn(stage: number, value: number): number {
    const { from, to } = this.#stages[stage]!;
    const share = (value - from) / (to - from);
    return stage < this.#up ? stage + share : this.#up - stage - share;
  }

  /** How far the stages from one to another are used, in whole stages. */
  #placeOf(first: number, end: number): number {
    for (let i = first; i < end; i++) {
      const { from, to } = this.#stages[i]!;
      const share = Math.min(1, Math.max(0, (this.values[i]! - from) / (to - from)));
      if (share < 1) return i - first + share;
    }
    return end - first;
  }

  /** Goes to the next stage when this one has been at its end for long enough. */
  #change(): void {
    const place = this.pid.output[0]!;
    const { limits } = this.pid;
    const next = place >= limits[1]! ? this.#active + 1 : place <= limits[0]! ? this.#active - 1 : this.#active;
    const exists = next < this.#up && next >= this.#up - this.#stages.length;
    if (next === this.#active || !exists) {
      this.#waited[0] = 0;
      return;
    }
    this.#waited[0]! += this.seen[2]!;
    if (this.#waited[0]! < this.#switchH) return;
    this.#active = next;
    this.#waited[0] = 0;
    this.#limit();
  }

  /** Only the stage in use moves. */
  #limit(): void {
    this.pid.limits[0] = this.#active;
    this.pid.limits[1] = this.#active + 1;
  }

  #spread(): void {
    const place = this.pid.output[0]!;
    for (let i = 0; i < this.values.length; i++) {
      const switched = this.#switches[i];
      let share = Math.min(1, Math.max(0, i < this.#up ? place - i : -place - (i - this.#up)));
      if (switched) {
        switched.seen[0] = share;
        switched.seen[1] = this.seen[2]!;
        share = switched.step() ? 1 : 0;
      }
      this.values[i] = this.#from[i]! + share * this.#span[i]!;
    }
  }
}
