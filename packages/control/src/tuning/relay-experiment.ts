import { fitProcess, type ProcessFit, ultimatePoint } from './process-fit.ts';
import { RelayCycle } from './relay-cycle.ts';
import { fittedLaws, type TunedLaw, ultimateLaws } from './tuning-rules.ts';

/** Output counts as that of the loop does; the measured value and what is compared with it in its base unit, times in h. */
export interface RelaySettings {
  /** How far the output is moved to either side. */
  readonly amplitude: number;
  /** Deviation from the set point at which the relay switches: more than the noise. */
  readonly hysteresis: number;
  /** Deviation from the set point at which the experiment is given up. */
  readonly giveUpAt: number;
  readonly atMostH: number;
  /** How far apart, as a share, the last periods may be that count as one oscillation. */
  readonly agreement: number;
}

/** What a relay experiment found. */
export interface RelayResult {
  readonly periods: number;
  /** Of the symmetric oscillation: its length, and half its swing. */
  readonly periodH: number;
  readonly swing: number;
  /** Output for one unit of error that makes the loop oscillate, and the period of it, h. */
  readonly ultimateGain: number;
  readonly ultimatePeriodH: number;
  readonly process: ProcessFit;
  readonly laws: readonly TunedLaw[];
}

export type RelayEnd = 'tuned' | 'limit' | 'time' | 'no value' | 'by hand';

/** So many periods in a row must agree. */
const alike = 3;
/** Most that the time high may differ from the time low in a symmetric oscillation, as a share of the period. */
const evenWithin = 0.1;
/** What is left of the lower side at first while the gain at rest is looked for. */
const lowerSide = 0.5;
/** A period so many times as long as the even ones will not end: the lower side is too near to bring the process back. */
const stuckAfter = 4;
/** Periods after which the gain at rest is let be: an integrator has none, and drifts instead. */
const patience = 8;
/** A mean output that moved by less than this share of the amplitude says nothing about the gain at rest. */
const leastMove = 0.02;

/**
 * Relay auto-tuning (Astrom and Hagglund 1984, Automatica 20, 645): the output switches between two levels about its point of work, with a hysteresis, until
 * the process oscillates alike for several periods. The point of work is corrected to the mean output of each period, so that a load does not bend the
 * oscillation. Then the lower level is brought nearer: means of output and measured value move together, and their ratio is the gain at rest.
 */
export class RelayExperiment {
  /** Set point, measured value, length of the step in h; write before `step`. */
  readonly seen = new Float64Array(3);
  readonly output = new Float64Array(1);
  readonly #settings: RelaySettings;
  readonly #cycle = new RelayCycle();
  /** Point of work, and time. */
  readonly #middle = new Float64Array(1);
  readonly #timeH = new Float64Array(1);
  /** Of the last periods: lengths, and real, imaginary part and size of the response. */
  readonly #lengths = new Float64Array(alike);
  readonly #real = new Float64Array(alike);
  readonly #imaginary = new Float64Array(alike);
  readonly #sizes = new Float64Array(alike);
  /** Length, response, swing and mean deviations of the symmetric oscillation. */
  readonly #even = new Float64Array(6);
  readonly #range: readonly [low: number, high: number];
  #part: 'even' | 'uneven' = 'even';
  #side: 'high' | 'low' = 'high';
  #periods = -1;
  #evenPeriods = 0;
  #lowerSide = lowerSide;
  #end: RelayEnd | undefined;
  #result: RelayResult | undefined;

  /** Starts at an output inside `range`. Throws RangeError for settings that cannot oscillate there. */
  constructor(settings: RelaySettings, output: number, range: readonly [low: number, high: number]) {
    const { amplitude, hysteresis, giveUpAt, atMostH, agreement } = settings;
    if (!(amplitude > 0)) throw new RangeError(`A relay of ${percent(amplitude)} moves nothing.`);
    if (!(hysteresis >= 0 && giveUpAt > hysteresis))
      throw new RangeError(
        `A relay that switches ${hysteresis} from its set point and gives up at ${giveUpAt} cannot oscillate.`,
      );
    if (!(atMostH > 0)) throw new RangeError(`An experiment of at most ${atMostH} h cannot begin.`);
    if (!(agreement > 0 && agreement < 1))
      throw new RangeError(`Periods that agree within ${percent(agreement)} say nothing.`);
    if (range[1] - range[0] < 2 * amplitude)
      throw new RangeError(
        `A relay of ${percent(amplitude)} to either side has no room between ${percent(range[0])} and ${percent(range[1])}.`,
      );
    this.#settings = settings;
    this.#range = range;
    this.#centre(output);
    this.output[0] = output;
  }

  /** How it ended; undefined while it runs. */
  get end(): RelayEnd | undefined {
    return this.#end;
  }

  /** What it found; undefined before its end, and where it found nothing. */
  get result(): RelayResult | undefined {
    return this.#result;
  }

  /** Whole periods so far. */
  get periods(): number {
    return Math.max(0, this.#periods);
  }

  /** Where the output belongs when it is over: the point of work. */
  get restsAt(): number {
    return this.#middle[0]!;
  }

  abort(): void {
    this.#end ??= 'by hand';
  }

  /** One step with what stands in `seen`; writes `output`. Allocates nothing but at the end of a period. */
  step(): void {
    if (this.#end) return;
    const { hysteresis, giveUpAt, atMostH } = this.#settings;
    const dtH = this.seen[2]!;
    const error = this.seen[0]! - this.seen[1]!;
    if (!Number.isFinite(error)) this.#end = 'no value';
    else if (Math.abs(error) > giveUpAt) this.#end = 'limit';
    else if (this.#timeH[0]! >= atMostH) this.#end = 'time';
    if (this.#end) return;
    // The first stretch goes where the error is.
    if (this.#timeH[0] === 0) this.#side = error >= 0 ? 'high' : 'low';
    else if (this.#side === 'high' && error < -hysteresis) this.#side = 'low';
    else if (this.#side === 'low' && error > hysteresis) this.#switchUp();
    if (this.#end) return;
    if (this.#part === 'uneven' && this.#cycle.sinceH > stuckAfter * this.#even[0]!) this.#widen();
    this.#timeH[0]! += dtH;
    this.output[0] = this.#level();
    // Deviations, so that a period which is a scan too long counts nothing of what stands still.
    if (this.#periods >= 0) this.#cycle.add(-error, this.output[0]! - this.#middle[0]!, dtH, this.#side);
  }

  #level(): number {
    const { amplitude } = this.#settings;
    if (this.#side === 'high') return this.#middle[0]! + amplitude;
    return this.#middle[0]! - amplitude * (this.#part === 'even' ? 1 : this.#lowerSide);
  }

  /** Half way back to an even relay. The period that it happens in tells nothing. */
  #widen(): void {
    this.#lowerSide = (1 + this.#lowerSide) / 2;
    this.#cycle.begin();
    this.#lengths.fill(0);
    this.#evenPeriods = this.#periods;
  }

  /** A period is from one switch up to the next. */
  #switchUp(): void {
    this.#side = 'high';
    if (this.#periods >= 0) {
      this.#cycle.end();
      this.#judge();
    }
    this.#periods++;
    this.#cycle.begin();
  }

  #judge(): void {
    const cycle = this.#cycle;
    const isAlike = this.#isAlike();
    if (this.#part === 'uneven') {
      if (isAlike || this.#periods - this.#evenPeriods >= patience) this.#finish(isAlike);
      return;
    }
    const isEven = Math.abs(2 * cycle.highShare[0]! - 1) <= evenWithin;
    if (isAlike && isEven) {
      const even = this.#even;
      even.set([mean(this.#lengths), mean(this.#real), mean(this.#imaginary)]);
      even.set([cycle.swing[0]!, cycle.means[0]!, this.#middle[0]! + cycle.means[1]!], 3);
      this.#part = 'uneven';
      this.#evenPeriods = this.#periods;
      this.#lengths.fill(0);
    } else this.#centre(this.#middle[0]! + cycle.means[1]!);
  }

  /** Whether the last periods agree. A scan more or less at either end is no difference. */
  #isAlike(): boolean {
    const { periodH, response } = this.#cycle;
    push(this.#lengths, periodH[0]!);
    push(this.#real, response[0]!);
    push(this.#imaginary, response[1]!);
    push(this.#sizes, Math.hypot(response[0]!, response[1]!));
    const { agreement } = this.#settings;
    const within = Math.max(agreement * periodH[0]!, 2.01 * this.seen[2]!);
    return isNear(this.#lengths, within) && isNear(this.#sizes, agreement * this.#sizes[alike - 1]!);
  }

  /** The point of work, as near to `output` as leaves room to either side. */
  #centre(output: number): void {
    const { amplitude } = this.#settings;
    this.#middle[0] = Math.min(Math.max(output, this.#range[0] + amplitude), this.#range[1] - amplitude);
  }

  #finish(isUnevenAlike: boolean): void {
    const [periodH, real, imaginary, swing, meanMeasured, meanOutput] = this.#even;
    const { means } = this.#cycle;
    const moved = this.#middle[0]! + means[1]! - meanOutput!;
    const atRest = (means[0]! - meanMeasured!) / moved;
    const late = Math.atan2(-imaginary!, real!);
    const point = {
      periodH: periodH!,
      gain: Math.hypot(real!, imaginary!),
      late: late < 0 ? late + 2 * Math.PI : late,
    };
    // What comes out negative, of hardly any move or of no steady oscillation is a drift and not a gain.
    const isGain = isUnevenAlike && atRest > 0 && Math.abs(moved) > leastMove * this.#settings.amplitude;
    const process = fitProcess(point, isGain ? atRest : Number.POSITIVE_INFINITY);
    const ultimate = ultimatePoint(process, point);
    this.#result = {
      periods: this.#periods + 1,
      periodH: periodH!,
      swing: swing!,
      ultimateGain: ultimate.gain,
      ultimatePeriodH: ultimate.periodH,
      process,
      laws: [...ultimateLaws(ultimate.gain, ultimate.periodH), ...fittedLaws(process)],
    };
    this.#end = 'tuned';
  }
}

/** The last values, the newest at the end. */
function push(values: Float64Array, value: number): void {
  values.copyWithin(0, 1);
  values[values.length - 1] = value;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Whether no two values are farther apart than `within`; false while some are not there yet. */
function isNear(values: Float64Array, within: number): boolean {
  let [low, high] = [values[0]!, values[0]!];
  for (let i = 1; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return low > 0 && high - low <= within;
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;
