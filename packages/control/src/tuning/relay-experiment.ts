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
  /** Of the symmetric oscillation: its length, half its swing, and the deviation at which the relay really switched. */
  readonly periodH: number;
  readonly swing: number;
  readonly switchedAt: number;
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
/** What is left of the lower side while the gain at rest is looked for. */
const lowerSide = 0.5;
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
  /** Point of work, time, lengths and swings of the last periods. */
  readonly #middle = new Float64Array(1);
  readonly #timeH = new Float64Array(1);
  readonly #lengths = new Float64Array(alike);
  readonly #swings = new Float64Array(alike);
  /** Length, swing, switch, means and response of the symmetric oscillation. */
  readonly #even = new Float64Array(6);
  readonly #range: readonly [low: number, high: number];
  #part: 'even' | 'uneven' = 'even';
  #side: 'high' | 'low' = 'high';
  #periods = -1;
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

  /** One step with what stands in `seen`; writes `output`. Allocates nothing before the last. */
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
    else if (this.#side === 'high' && error < -hysteresis) this.#switchDown(error);
    else if (this.#side === 'low' && error > hysteresis) this.#switchUp(error);
    if (this.#end) return;
    this.#timeH[0]! += dtH;
    this.output[0] = this.#level();
    // Deviations, so that a period which is a scan too long counts nothing of what stands still.
    if (this.#periods >= 0) this.#cycle.add(-error, this.output[0]! - this.#middle[0]!, dtH, this.#side);
  }

  #level(): number {
    const { amplitude } = this.#settings;
    if (this.#side === 'high') return this.#middle[0]! + amplitude;
    return this.#middle[0]! - amplitude * (this.#part === 'even' ? 1 : lowerSide);
  }

  #switchDown(error: number): void {
    this.#side = 'low';
    this.#cycle.switchDown(error);
  }

  /** A period is from one switch up to the next. */
  #switchUp(error: number): void {
    this.#side = 'high';
    if (this.#periods >= 0) {
      this.#cycle.end();
      this.#judge();
    }
    this.#periods++;
    this.#cycle.begin(error);
  }

  #judge(): void {
    const cycle = this.#cycle;
    const isAlike = this.#isAlike();
    if (this.#part === 'uneven') {
      if (isAlike) this.#finish();
      return;
    }
    const isEven = Math.abs(2 * cycle.highShare[0]! - 1) <= evenWithin;
    if (isAlike && isEven) {
      const { periodH, swing, switchedAt, means, response } = cycle;
      this.#even.set([periodH[0]!, swing[0]!, switchedAt[0]!, means[0]!, means[1]!, response[0]!]);
      this.#part = 'uneven';
      this.#lengths.fill(0);
    } else this.#centre(this.#middle[0]! + cycle.means[1]!);
  }

  /** Whether the last periods agree. A scan more or less is no difference. */
  #isAlike(): boolean {
    const [lengths, swings] = [this.#lengths, this.#swings];
    for (let i = 0; i < alike - 1; i++) {
      lengths[i] = lengths[i + 1]!;
      swings[i] = swings[i + 1]!;
    }
    lengths[alike - 1] = this.#cycle.periodH[0]!;
    swings[alike - 1] = this.#cycle.swing[0]!;
    const { agreement } = this.#settings;
    const scans = 1.01 * this.seen[2]!;
    return (
      isNear(lengths, Math.max(agreement * lengths[alike - 1]!, scans)) &&
      isNear(swings, agreement * swings[alike - 1]!)
    );
  }

  /** The point of work, as near to `output` as leaves room to either side. */
  #centre(output: number): void {
    const { amplitude } = this.#settings;
    this.#middle[0] = Math.min(Math.max(output, this.#range[0] + amplitude), this.#range[1] - amplitude);
  }

  #finish(): void {
    const [periodH, swing, switchedAt, meanMeasured, meanOutput, response] = this.#even;
    const { means } = this.#cycle;
    const { amplitude } = this.#settings;
    const moved = means[1]! - meanOutput!;
    const gain =
      Math.abs(moved) > leastMove * amplitude ? (means[0]! - meanMeasured!) / moved : Number.POSITIVE_INFINITY;
    const process = fitProcess(
      { periodH: periodH!, relay: amplitude, swing: swing!, switchedAt: switchedAt! },
      // What comes out negative or as nothing is a drift of the load, not a gain.
      gain > 0 ? gain : Number.POSITIVE_INFINITY,
    );
    const ultimate = ultimatePoint(process, 1 / response!, periodH!);
    this.#result = {
      periods: this.#periods + 1,
      swing: swing!,
      switchedAt: switchedAt!,
      periodH: periodH!,
      ultimateGain: ultimate.gain,
      ultimatePeriodH: ultimate.periodH,
      process,
      laws: [...ultimateLaws(ultimate.gain, ultimate.periodH), ...fittedLaws(process)],
    };
    this.#end = 'tuned';
  }
}

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
