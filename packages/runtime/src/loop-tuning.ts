import { RelayExperiment, type RelayResult } from '@fedbatch/control';
import { fromBase, type Unit } from '@fedbatch/vocabulary';
import type { TuningPlan } from './loop-plan.ts';
import type { LoopTuningResult } from './run-result.ts';

/** Points that a record of an experiment may have; a longer one keeps every other point, again and again. */
const points = 2048;

/** One relay experiment on one loop: the relay, and what it did, for the report. A step allocates nothing but at the end of a period. */
export class LoopTuning {
  readonly relay: RelayExperiment;
  readonly plan: TuningPlan;
  readonly #loop: string;
  readonly #says: string;
  readonly #unit: Unit;
  readonly #timeH = new Float64Array(points);
  readonly #measured = new Float64Array(points);
  readonly #output = new Float64Array(points);
  readonly #setpoint: number;
  #length = 0;
  #stride = 1;
  #steps = 0;

  /** Throws RangeError for settings that cannot oscillate from this place. */
  constructor(
    plan: TuningPlan,
    { name, says, unit }: { readonly name: string; readonly says: string; readonly unit: Unit },
    setpoint: number,
    place: number,
    range: readonly [low: number, high: number],
  ) {
    this.plan = plan;
    this.#loop = name;
    this.#says = says;
    this.#unit = unit;
    this.#setpoint = setpoint;
    this.relay = new RelayExperiment(plan, place, range);
  }

  /** One step: `seen[0]` time in h, `seen[1]` measured value, `seen[2]` length of the scan in h. */
  step(seen: Float64Array): void {
    const { relay } = this;
    relay.seen[0] = this.#setpoint;
    relay.seen[1] = seen[1]!;
    relay.seen[2] = seen[2]!;
    relay.step();
    if (this.#steps++ % this.#stride !== 0) return;
    if (this.#length === points) this.#thin();
    this.#timeH[this.#length] = seen[0]!;
    this.#measured[this.#length] = seen[1]!;
    this.#output[this.#length] = relay.output[0]!;
    this.#length++;
  }

  get sentence(): string {
    const { end, result } = this.relay;
    if (result) return `${found(result, this.#unit)}${this.plan.use ? `; goes on with ${this.plan.use}` : ''}`;
    const { giveUpAt, atMostH } = this.plan;
    const width = `${short(giveUpAt / this.#unit.factor)} ${differenceOf(this.#unit)}`;
    const reasons = {
      tuned: '',
      limit: `${this.#says} came farther than ${width} from its set point`,
      time: `after ${short(atMostH)} h its periods did not agree yet`,
      'no value': `${this.#says} gave no value`,
      'by hand': 'by hand',
    };
    return `tuning was given up: ${reasons[end ?? 'by hand']}`;
  }

  result(): LoopTuningResult {
    const unit = this.#unit;
    const inUnit = (values: Float64Array): Float64Array => values.map((value) => fromBase(value, unit));
    const { result, end } = this.relay;
    return {
      loop: this.#loop,
      says: this.#says,
      unit: unit.text,
      difference: differenceOf(unit),
      outcome: result ? 'tuned' : end ? 'given up' : 'goes on',
      sentence: end ? this.sentence : 'the experiment goes on',
      setpoint: fromBase(this.#setpoint, unit),
      timeH: this.#timeH.slice(0, this.#length),
      measured: inUnit(this.#measured.subarray(0, this.#length)),
      outputPercent: this.#output.subarray(0, this.#length).map((place) => 100 * place),
      ...(result && { found: inDisplayUnits(result, unit) }),
    };
  }

  #thin(): void {
    for (const series of [this.#timeH, this.#measured, this.#output])
      for (let i = 0; 2 * i < points; i++) series[i] = series[2 * i]!;
    this.#length = points / 2;
    this.#stride *= 2;
  }
}

/** Gains of a loop count whole stages for a base unit; people read bands, in the unit of what is held. */
function inDisplayUnits(result: RelayResult, { factor }: Unit): LoopTuningResult['found'] {
  const { gain, lagH, deadTimeH } = result.process;
  return {
    periods: result.periods,
    swing: result.swing / factor,
    ultimateBand: 1 / (result.ultimateGain * factor),
    ultimatePeriodH: result.ultimatePeriodH,
    processGain: gain / factor,
    lagH,
    deadTimeH,
    laws: result.laws.map((law) => ({
      rule: law.rule,
      band: 1 / (law.gain * factor),
      resetH: law.resetH,
      derivativeH: law.derivativeH,
    })),
  };
}

function found(result: RelayResult, unit: Unit): string {
  const { ultimateBand, ultimatePeriodH, processGain, lagH, deadTimeH, periods } = inDisplayUnits(result, unit)!;
  const difference = differenceOf(unit);
  const fit = Number.isFinite(lagH)
    ? `gain ${short(processGain)} ${difference} a stage, lag ${minutes(lagH)}, dead time ${minutes(deadTimeH)}`
    : `an integrator with a dead time of ${minutes(deadTimeH)}`;
  return `tuned in ${periods} periods: ultimate band ${short(ultimateBand)} ${difference}, ultimate period ${minutes(ultimatePeriodH)}; ${fit}`;
}

/** A difference of temperatures is in K: degrees Celsius have a zero of their own. */
const differenceOf = (unit: Unit): string => (unit.offset === 0 ? (unit.text === '-' ? '' : unit.text) : 'K');
const short = (value: number): string => String(Number(value.toPrecision(4)));
const minutes = (h: number): string => (h < 1 / 30 ? `${short(3600 * h)} s` : `${short(60 * h)} min`);
