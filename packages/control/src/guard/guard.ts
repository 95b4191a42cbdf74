import { type Advice, type GuardMode, parseUnit } from '@fedbatch/vocabulary';
import type { FeedSamples, FeedStrategy, Told } from '../feeding/strategy.ts';

/** What a proposal must keep to, whoever makes it. */
export interface Envelope {
  /** Feed rates that are validated, L/h. */
  readonly lowLPerH: number;
  readonly highLPerH: number;
  /** Most that a proposal may be of what the first fallback that gives a number would feed, as a factor; absent: only `highLPerH` counts. */
  readonly timesFallback?: number;
  /** Most that the feed may rise in an hour, as a factor of its rate. It may always fall. */
  readonly risePerH: number;
  /** A proposal is carried out for so long after it was made, h. */
  readonly staleAfterH: number;
  /** In 'advise': what a person answered holds for so long, h; silence after that means the fallback. */
  readonly answerHoldsH: number;
}

/** Where a proposal comes from: a strategy of the upper layer that says when it made it and whether its model holds. */
export interface Proposing extends FeedStrategy {
  /** What is known of the plant now, where that is better than what is measured: fallbacks start from it. */
  startOf?(measured: FeedSamples): FeedSamples;
  /** Element 0: rate proposed, L/h; 1: time at which it was made, h; 2: 1 where the model explains what is measured, else 0; 3: 1 where everything it needs is measured. */
  readonly proposal: Float64Array;
}

/** What a guard may do with a proposal. */
export type Verdict =
  | 'proposal'
  | 'held to the envelope'
  | 'no number'
  | 'stale'
  | 'model not valid'
  | 'blind'
  | 'shadow'
  | 'waits for an answer'
  | 'rejected'
  | 'override';

const sentences: Readonly<Record<Verdict, string>> = {
  proposal: 'the proposal is carried out',
  'held to the envelope': 'the proposal is held to the envelope',
  'no number': 'the proposal is no number: the fallback feeds',
  stale: 'the proposal is stale: the fallback feeds',
  'model not valid': 'the model does not explain what is measured: the fallback feeds',
  blind: 'what the proposal needs is not measured: the fallback feeds, and does not rise above the last feed',
  shadow: 'proposals are recorded only: the fallback feeds',
  'waits for an answer': 'the proposal waits for an answer: the fallback feeds',
  rejected: 'the proposal was rejected: the fallback feeds',
  override: 'a person has set the feed',
};

/**
 * Turns proposals into demands. Whatever is proposed, the demand is a number inside the envelope that rises no faster than it may. Behind a proposal
 * that cannot be carried out stand the fallbacks in their order, the first that gives a number; behind them the last feed; behind that nothing. A demand
 * allocates nothing.
 */
export class Guard implements FeedStrategy {
  readonly name: string;
  readonly tells: readonly Told[];
  readonly told: Float64Array;
  readonly #upper: Proposing;
  readonly #fallbacks: readonly FeedStrategy[];
  readonly envelope: Envelope;
  #mode: GuardMode;
  #verdict: Verdict = 'proposal';
  #noted: Verdict | undefined;
  #last = Number.NaN;
  #blindCap = Number.NaN;
  /** What the first fallback that gives a number would feed now; NaN: none gives one. */
  #open = Number.NaN;
  #answer: Advice | undefined;
  /** Time of the proposal that was answered. */
  #answeredH = Number.NaN;

  /** The upper strategy reads the signals that the guard is shown; so do fallbacks that read any. Throws RangeError for an envelope that holds nothing. */
  constructor(upper: Proposing, fallbacks: readonly FeedStrategy[], envelope: Envelope, mode: GuardMode) {
    const { lowLPerH, highLPerH, risePerH, staleAfterH, answerHoldsH } = envelope;
    if (!(lowLPerH >= 0 && highLPerH >= lowLPerH && Number.isFinite(highLPerH)))
      throw new RangeError(`An envelope from ${lowLPerH} to ${highLPerH} L/h holds no feed.`);
    if (envelope.timesFallback !== undefined && !(envelope.timesFallback >= 1))
      throw new RangeError(
        `A proposal of at most ${envelope.timesFallback} times its fallback is less than what feeds without it: from 1.`,
      );
    if (!(risePerH > 1)) throw new RangeError(`A feed that may rise ${risePerH}-fold in an hour cannot grow: above 1.`);
    if (!(staleAfterH > 0)) throw new RangeError(`A proposal cannot be stale after ${staleAfterH} h.`);
    if (!(answerHoldsH > 0)) throw new RangeError(`An answer cannot hold for ${answerHoldsH} h.`);
    this.name = upper.name;
    this.#upper = upper;
    this.#fallbacks = fallbacks;
    this.envelope = envelope;
    this.#mode = mode;
    const inner = upper.tells ?? [];
    this.tells = [
      ...inner,
      {
        id: 'guard',
        says: 'what the guard does: 0 carries out the proposal, 1 holds it to the envelope, 2 falls back',
        unit: parseUnit('-'),
      },
    ];
    this.told = new Float64Array(this.tells.length).fill(Number.NaN);
  }

  get mode(): GuardMode {
    return this.#mode;
  }

  /** What happened to the last proposal. */
  get verdict(): Verdict {
    return this.#verdict;
  }

  /** A proposal that waits for a person: its rate in L/h; NaN: none. */
  get waiting(): number {
    return this.#verdict === 'waits for an answer' ? this.#upper.proposal[0]! : Number.NaN;
  }

  setMode(mode: GuardMode): void {
    this.#mode = mode;
    this.#answer = undefined;
  }

  /** Answers the proposal that waits. Throws RangeError where an override lies outside the envelope. */
  answer(advice: Advice): void {
    if (advice.answer === 'override') {
      const { lowLPerH, highLPerH } = this.envelope;
      if (!(advice.rateLPerH >= lowLPerH && advice.rateLPerH <= highLPerH))
        throw new RangeError(
          `An override of ${advice.rateLPerH} L/h lies outside the envelope of ${lowLPerH} to ${highLPerH} L/h.`,
        );
    }
    this.#answer = advice;
    this.#answeredH = this.#upper.proposal[1]!;
  }

  begin(timeH: number, measured: FeedSamples): void {
    this.#last = Number.NaN;
    this.#blindCap = Number.NaN;
    const start = this.#upper.startOf?.(measured) ?? measured;
    for (const fallback of this.#fallbacks) fallback.begin(timeH, start);
    this.#upper.begin(timeH, measured);
  }

  see(signals: Float64Array): void {
    this.#upper.see?.(signals);
    this.#passOn();
  }

  given(scan: Float64Array): void {
    this.#upper.given?.(scan);
    for (const fallback of this.#fallbacks) fallback.given?.(scan);
    // What the pump was really asked for is where a rise begins.
    this.#last = scan[2]!;
  }

  demand(scan: Float64Array): void {
    this.#upper.demand(scan);
    this.#verdict = this.#judge(scan[0]!);
    const wanted = this.#wanted(scan);
    const most = this.#most();
    const given = this.#hold(wanted, most, scan[1]!);
    // A rise that takes its time is no event: the proposal is on its way.
    if (this.#verdict === 'proposal' && (wanted < this.envelope.lowLPerH || wanted > most))
      this.#verdict = 'held to the envelope';
    this.#blindCap = this.#verdict === 'blind' ? given : Number.NaN;
    this.#tell(given === wanted ? 'as wanted' : 'held');
    scan[2] = given;
  }

  changed(): string | undefined {
    const said = this.#upper.changed?.();
    if (said !== undefined) return said;
    if (this.#verdict === this.#noted) return undefined;
    this.#noted = this.#verdict;
    return sentences[this.#verdict];
  }

  /** What is to be done with the proposal as it stands. */
  #judge(timeH: number): Verdict {
    const { proposal } = this.#upper;
    const madeH = proposal[1]!;
    if (this.#mode === 'shadow') return 'shadow';
    if (!Number.isFinite(proposal[0]!)) return 'no number';
    // Time that is no number, or lies ahead, is as stale as a time long past.
    if (!(timeH - madeH <= this.envelope.staleAfterH && madeH <= timeH + 1e-9)) return 'stale';
    if (proposal[2] !== 1) return 'model not valid';
    if (proposal[3] !== 1) return 'blind';
    return this.#mode === 'advise' ? this.#advised(timeH) : 'proposal';
  }

  /** An answer holds for proposals to come until silence has lasted too long. */
  #advised(timeH: number): Verdict {
    if (this.#answer !== undefined && timeH - this.#answeredH <= this.envelope.answerHoldsH) {
      const { answer } = this.#answer;
      return answer === 'accept' ? 'proposal' : answer === 'override' ? 'override' : 'rejected';
    }
    this.#answer = undefined;
    return 'waits for an answer';
  }

  #wanted(scan: Float64Array): number {
    const answer = this.#answer;
    const fallback = this.#fallback(scan);
    if (this.#verdict === 'proposal') return this.#upper.proposal[0]!;
    if (this.#verdict === 'override' && answer?.answer === 'override') return answer.rateLPerH;
    if (this.#verdict !== 'blind') return fallback;
    // A measurement that is missing never drives the feed up.
    const cap = Number.isFinite(this.#blindCap) ? this.#blindCap : this.#last;
    return Number.isFinite(cap) ? Math.min(fallback, cap) : fallback;
  }

  /** The first fallback that gives a number; then the last feed; then none. Every fallback is asked, so that each keeps its own count of time. */
  #fallback(scan: Float64Array): number {
    let found = Number.NaN;
    for (let i = 0; i < this.#fallbacks.length; i++) {
      this.#fallbacks[i]!.demand(scan);
      const rate = scan[2]!;
      if (Number.isNaN(found) && Number.isFinite(rate) && rate >= 0) found = rate;
    }
    this.#open = found;
    if (Number.isFinite(found)) return found;
    return Number.isFinite(this.#last) ? this.#last : 0;
  }

  /** The highest rate now. What a person overrides with is held by what is fixed alone. */
  #most(): number {
    const { highLPerH, timesFallback } = this.envelope;
    if (timesFallback === undefined || this.#verdict !== 'proposal' || !(this.#open > 0)) return highLPerH;
    return Math.min(highLPerH, timesFallback * this.#open);
  }

  /** Inside the envelope, and not above what may be risen to from the last feed. */
  #hold(wanted: number, most: number, scanH: number): number {
    const { lowLPerH, risePerH } = this.envelope;
    let given = Math.max(Math.min(wanted, most), lowLPerH);
    if (this.#last > 0) given = Math.min(given, Math.max(lowLPerH, this.#last * risePerH ** scanH));
    return given;
  }

  /** What the upper layer tells is told before it feeds, too. */
  #passOn(): void {
    const { told } = this.#upper;
    if (told) for (let i = 0; i < told.length; i++) this.told[i] = told[i]!;
  }

  #tell(given: 'as wanted' | 'held'): void {
    this.#passOn();
    const isProposal = this.#verdict === 'proposal' || this.#verdict === 'held to the envelope';
    this.told[this.told.length - 1] = isProposal ? (given === 'as wanted' ? 0 : 1) : 2;
  }
}
