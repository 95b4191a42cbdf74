import { type GuardMode, parseUnit } from '@fedbatch/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantFeed } from '../feeding/constant.ts';
import { exponentialFeed } from '../feeding/exponential.ts';
import { type FeedStrategy, rateOf } from '../feeding/strategy.ts';
import { type Envelope, Guard, type Proposing } from './guard.ts';

const measured = { biomassGPerL: 10, volumeL: 1, feedRateLPerH: 0 };
const envelope: Envelope = { lowLPerH: 0, highLPerH: 0.5, risePerH: 3, staleAfterH: 0.1, answerHoldsH: 1 };
const scanH = 0.01;

/** An upper layer that proposes whatever it is told to. */
const puppet = (): Proposing => ({
  name: 'puppet',
  proposal: Float64Array.of(0.2, 0, 1, 1),
  begin() {},
  demand: (scan) => void (scan[2] = 0),
});

function guarded(
  mode: GuardMode = 'supervised',
  fallbacks: FeedStrategy[] = [constantFeed(0.1)],
  more: Partial<Envelope> = {},
) {
  const upper = puppet();
  const guard = new Guard(upper, fallbacks, { ...envelope, ...more }, mode);
  guard.begin(0, measured);
  let now = 0;
  return {
    guard,
    upper,
    /** One scan with a proposal that is fresh unless it says when it was made. */
    scan(rate: number, madeH = now, valid = 1, informed = 1): number {
      upper.proposal.set([rate, madeH, valid, informed]);
      const given = rateOf(guard, now, scanH);
      now += scanH;
      guard.given(Float64Array.of(now, scanH, given));
      return given;
    },
  };
}

describe('a guard', () => {
  it('carries a good proposal out, and says so once', () => {
    const { guard, scan } = guarded();
    expect(scan(0.2)).toBe(0.2);
    expect(guard.changed()).toBe('the proposal is carried out');
    scan(0.2);
    expect(guard.changed()).toBeUndefined();
  });

  it('holds a proposal to so many times the first fallback that feeds, and a person to what is fixed alone', () => {
    const { guard, scan } = guarded('supervised', [constantFeed(Number.NaN), constantFeed(0.1)], {
      timesFallback: 2,
      answerHoldsH: 5,
    });
    expect(scan(0.15)).toBe(0.15);
    for (let i = 0; i < 40; i++) scan(0.4);
    expect(scan(0.4)).toBeCloseTo(0.2, 12);
    expect(guard.verdict).toBe('held to the envelope');
    guard.setMode('advise');
    scan(0.4);
    guard.answer({ answer: 'override', rateLPerH: 0.4 });
    for (let i = 0; i < 200; i++) scan(0.4);
    expect(scan(0.4)).toBe(0.4);
    // Nothing to compare with is no limit.
    const alone = guarded('supervised', [], { timesFallback: 2, answerHoldsH: 5 });
    expect(alone.scan(0.4)).toBe(0.4);
  });

  it('lets no proposal out of the envelope: random, infinite, no number, stale, from the future, invalid, blind', () => {
    const rate = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300, 0.3));
    const proposals = fc.array(
      fc.record({
        rate,
        madeH: fc.oneof(fc.double(), fc.double({ min: 0, max: 2, noNaN: true })),
        valid: fc.constantFrom(0, 1, Number.NaN),
        informed: fc.constantFrom(0, 1, Number.NaN),
      }),
      { minLength: 1, maxLength: 60 },
    );
    const mode = fc.constantFrom<GuardMode>('shadow', 'advise', 'supervised');
    fc.assert(
      fc.property(proposals, mode, (list, chosen) => {
        const { scan } = guarded(chosen);
        let last = Number.NaN;
        for (const { rate: asked, madeH, valid, informed } of list) {
          const given = scan(asked, madeH, valid, informed);
          expect(given).toBeGreaterThanOrEqual(envelope.lowLPerH);
          expect(given).toBeLessThanOrEqual(envelope.highLPerH);
          if (last > 0) expect(given).toBeLessThanOrEqual(last * envelope.risePerH ** scanH * (1 + 1e-12));
          last = given;
        }
      }),
    );
  });

  it('tells what the upper layer tells, before it feeds too', () => {
    const told = Float64Array.of(7);
    const upper = {
      ...puppet(),
      see() {},
      told,
      tells: [{ id: 'estimate', says: 'an estimate', unit: parseUnit('-') }],
    };
    const guard = new Guard(upper, [], envelope, 'supervised');
    guard.see(Float64Array.of(0));
    expect(guard.told[0]).toBe(7);
    expect(guard.told[1]).toBeNaN();
  });

  it('rises no faster than it may, and falls at once', () => {
    const { scan, guard } = guarded();
    scan(0.1);
    expect(scan(0.4)).toBeCloseTo(0.1 * 3 ** scanH, 12);
    expect(guard.told.at(-1)).toBe(1);
    expect(guard.verdict).toBe('proposal');
    expect(scan(0.01)).toBe(0.01);
    expect(guard.told.at(-1)).toBe(0);
  });

  it('holds a proposal to what is validated, and says so', () => {
    const { scan, guard } = guarded();
    expect(scan(0.9)).toBe(0.5);
    expect(guard.changed()).toBe('the proposal is held to the envelope');
  });

  it.each([
    ['no number', [Number.NaN], 'the proposal is no number: the fallback feeds'],
    ['stale', [0.2, -1], 'the proposal is stale: the fallback feeds'],
    ['made in the future', [0.2, 9], 'the proposal is stale: the fallback feeds'],
    ['of a model that does not hold', [0.2, 0, 0], 'the model does not explain what is measured: the fallback feeds'],
  ] as const)('falls back where the proposal is %s', (_, proposal, says) => {
    const { scan, guard } = guarded();
    const [rate, ...rest] = proposal as readonly number[] as [number, ...number[]];
    expect(scan(rate, ...rest)).toBe(0.1);
    expect(guard.changed()).toBe(says);
  });

  it('takes the next fallback where one has no number, then the last feed, then nothing', () => {
    const broken: FeedStrategy = { name: 'broken', begin() {}, demand: (scan) => void (scan[2] = Number.NaN) };
    expect(guarded('supervised', [broken, constantFeed(0.05)]).scan(Number.NaN)).toBe(0.05);
    const { scan } = guarded('supervised', [broken]);
    expect(scan(Number.NaN)).toBe(0);
    scan(0.2);
    expect(scan(Number.NaN)).toBe(0.2);
  });

  it('never lets a missing measurement drive the feed up, however long it is away', () => {
    const rising = exponentialFeed({ muPerH: 1, yieldGPerG: 0.5, feedGPerL: 100 });
    const { scan } = guarded('supervised', [rising]);
    let last = scan(0.1);
    for (let i = 0; i < 300; i++) {
      const given = scan(0.4, undefined, 1, 0);
      expect(given).toBeLessThanOrEqual(last);
      last = given;
    }
  });

  it('only records proposals in shadow', () => {
    const { scan, guard } = guarded('shadow');
    expect(scan(0.2)).toBe(0.1);
    expect(guard.verdict).toBe('shadow');
  });

  it('waits for a person in advise, carries out what is accepted as long as the answer holds, and falls back in silence', () => {
    const { scan, guard } = guarded('advise');
    expect(scan(0.1)).toBe(0.1);
    expect(guard.waiting).toBe(0.1);
    guard.answer({ answer: 'accept' });
    for (let i = 0; i < 99; i++) scan(0.101);
    expect(guard.verdict).toBe('proposal');
    for (let i = 0; i < 3; i++) scan(0.101);
    expect(guard.verdict).toBe('waits for an answer');
    expect(guard.waiting).toBe(0.101);
  });

  it('does as a person says who rejects or overrides, inside the envelope', () => {
    const { scan, guard } = guarded('advise');
    scan(0.2);
    guard.answer({ answer: 'reject' });
    scan(0.2);
    expect(guard.verdict).toBe('rejected');
    guard.answer({ answer: 'override', rateLPerH: 0.05 });
    expect(scan(0.2)).toBe(0.05);
    expect(() => guard.answer({ answer: 'override', rateLPerH: 0.9 })).toThrow(
      'An override of 0.9 L/h lies outside the envelope of 0 to 0.5 L/h.',
    );
  });

  it('forgets an answer when the mode changes', () => {
    const { scan, guard } = guarded('advise');
    scan(0.2);
    guard.answer({ answer: 'accept' });
    guard.setMode('supervised');
    guard.setMode('advise');
    scan(0.1);
    expect(guard.verdict).toBe('waits for an answer');
  });

  it.each([
    [{ ...envelope, highLPerH: -1 }, 'An envelope from 0 to -1 L/h holds no feed.'],
    [
      { ...envelope, timesFallback: 0.5 },
      'A proposal of at most 0.5 times its fallback is less than what feeds without it',
    ],
    [{ ...envelope, risePerH: 1 }, 'A feed that may rise 1-fold in an hour cannot grow: above 1.'],
    [{ ...envelope, staleAfterH: 0 }, 'A proposal cannot be stale after 0 h.'],
    [{ ...envelope, answerHoldsH: 0 }, 'An answer cannot hold for 0 h.'],
  ])('refuses an envelope that holds nothing', (wrong, says) => {
    expect(() => new Guard(puppet(), [], wrong, 'supervised')).toThrow(says);
  });
});
