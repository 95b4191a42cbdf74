import { describe, expect, it } from 'vitest';
import { linearTank } from './estimation/linear-tank.ts';
import { adaptiveFeed } from './feeding/adaptive.ts';
import { cappedFeed } from './feeding/capped.ts';
import { constantFeed } from './feeding/constant.ts';
import { exponentialFeed } from './feeding/exponential.ts';
import { overriddenFeed } from './feeding/overridden.ts';
import { remoteFeed } from './feeding/remote.ts';
import { scheduledFeed } from './feeding/scheduled.ts';
import type { FeedStrategy } from './feeding/strategy.ts';
import { tableFeed } from './feeding/table.ts';
import { makers, span } from './feeding/test-laws.ts';
import { trimmedFeed } from './feeding/trim.ts';
import { watchedFeed } from './feeding/watched.ts';
import { StagedLoop } from './loops/staged-loop.ts';
import { RelayExperiment } from './tuning/relay-experiment.ts';

const scanH = 1e-5;

/** Bytes of a step once it is compiled: the least of several rounds, as a collection in between makes a round negative. One box of a number is 16. */
function bytesOf(step: (scan: number) => void, scans = 25_000): number {
  let scan = 0;
  const rounds = Array.from({ length: 12 }, () => {
    const before = process.memoryUsage().heapUsed;
    for (let k = 0; k < scans; k++) step(++scan);
    return (process.memoryUsage().heapUsed - before) / scans;
  });
  return Math.min(...rounds.filter((bytes) => bytes >= 0));
}

/** A scan of a strategy: it is shown signals, asked, and told what was given. */
function scanOf(strategy: FeedStrategy, [low, high]: readonly [number, number] = [24.9, 25.1]): (scan: number) => void {
  const signals = Float64Array.of(0, 25, 1, 1);
  const asked = Float64Array.of(0, scanH, 0);
  const given = Float64Array.of(0, scanH, 0);
  strategy.begin(0, { biomassGPerL: 1, volumeL: 1, feedRateLPerH: 0 });
  return (scan) => {
    signals[0] = scan * scanH;
    signals[1] = low + (high - low) * (0.5 + 0.5 * Math.sin(scan));
    strategy.see?.(signals);
    asked[0] = signals[0]!;
    strategy.demand(asked);
    given[0] = signals[0]! + scanH;
    given[2] = asked[2]!;
    strategy.given?.(given);
  };
}

const exponential = (): FeedStrategy => exponentialFeed({ muPerH: 0.2, yieldGPerG: 0.5, feedGPerL: 500 });
const rule = { side: 'below', limit: 25, slow: 0.1, recover: 0.03, everyH: 0.001, least: 0.1 } as const;

describe('a scan allocates nothing', () => {
  it.each([
    ['constant', () => constantFeed(0.1)],
    ['exponential', exponential],
    ['table', () => tableFeed({ timeH: [0, 1, 1e6], rateLPerH: [0.1, 0.15, 0.2], between: 'linear' })],
    ['trimmed', () => trimmedFeed(exponential(), [rule])],
    ['remote', () => remoteFeed(exponential())],
    ['capped', () => cappedFeed([exponential(), constantFeed(0.1)].map((strategy) => ({ strategy, signals: 0 })))],
    [
      'scheduled',
      () =>
        scheduledFeed(
          [exponential(), constantFeed(0.1)].map((strategy, i) => ({ strategy, signals: 0, afterH: i / 100 })),
          'unknown',
        ),
    ],
    [
      'overridden',
      () =>
        overriddenFeed(
          { strategy: exponential(), signals: 0 },
          { strategy: constantFeed(0.1), signals: 0 },
          { limit: 25, side: 'above', deadBand: 0.01, staleAfterH: 1 },
        ),
    ],
  ])('in a %s feed', (_, make) => {
    expect(bytesOf(scanOf(make()))).toBeLessThan(8);
  });

  it.each(Object.keys(makers) as (keyof typeof makers)[])('in a feed by %s that is watched', (name) => {
    const watching = { staleAfterH: 1, blindShare: 1, maximumLPerH: 1 };
    expect(bytesOf(scanOf(watchedFeed(makers[name](), watching), span[name]))).toBeLessThan(8);
  });

  it('in an adaptive feed that estimates and looks ahead to a limit', () => {
    const stepH = 0.05;
    const feed = adaptiveFeed({
      estimator: {
        model: linearTank(),
        states: [{ id: 'vessel.x', scale: 'log', deviation: 0.3, drift: 0.01 }],
        parameters: [{ id: 'vessel.feed', deviation: 0.05, drift: 0.01 }],
        signals: [{ output: 'vessel.double', relative: 0.05, absolute: 0 }],
        inputs: ['vessel.feed'],
        stepH,
      },
      feed: 'vessel.feed',
      target: { output: 'vessel.rate', value: 0.5 },
      settleH: stepH,
      limits: [{ output: 'vessel.x', side: 'above', limit: 8, aheadH: 0.5, deviations: 2, widest: 5 }],
      muPerH: 0.5,
      open: () => constantFeed(0.05),
      band: { low: 0.01, high: 100 },
      maximumLPerH: 10,
      needed: { each: [0], oneOf: [], withinH: 0.2 },
    })();
    const tank = Float64Array.of(13);
    const signals = new Float64Array(2);
    const asked = Float64Array.of(0, stepH, 0);
    const given = Float64Array.of(0, stepH, 0);
    feed.see(signals);
    feed.begin(0, { biomassGPerL: 10, volumeL: 1, feedRateLPerH: 0 });
    const step = (scan: number): void => {
      signals[0] = scan * stepH;
      signals[1] = 2 * tank[0]! * (1 + 0.02 * Math.sin(7.3 * scan));
      feed.see(signals);
      asked[0] = signals[0]!;
      feed.demand(asked);
      given[0] = signals[0]! + stepH;
      given[2] = asked[2]!;
      feed.given(given);
      // What grows is let go, so that it neither dies out nor leaves the range of the model.
      tank[0] = 0.97 * (tank[0]! * Math.exp(0.2 * stepH) + 100 * asked[2]! * stepH);
    };
    expect(bytesOf(step, 4000)).toBeLessThan(8);
    expect(feed.proposal[0]).toBeGreaterThan(0);
  });

  it('in a loop with stages, one of which pulses', () => {
    const pulse = { kind: 'pulse', periodH: 0.01, shortestH: 0.001 } as const;
    const loop = new StagedLoop({
      ...{ band: 10, resetH: 0.1, derivativeH: 0.01, deadBand: 0.1 },
      up: [
        { from: 0, to: 100 },
        { from: 0, to: 50, switching: pulse },
      ],
      down: [{ from: 0, to: 10 }],
    });
    loop.seen.set([30, 28, 1e-4, 1]);
    loop.takeOver();
    const step = (scan: number): void => {
      loop.seen[1] = 29 + 3 * Math.sin(scan * 1e-3);
      loop.step();
    };
    expect(bytesOf(step)).toBeLessThan(8);
  });

  it('in a relay experiment, but at the end of a period', () => {
    const relay = new RelayExperiment(
      { amplitude: 0.1, hysteresis: 0.1, giveUpAt: 100, atMostH: 1e9, agreement: 1e-9 },
      0.5,
      [0, 1],
    );
    relay.seen[2] = 1e-4;
    const step = (scan: number): void => {
      relay.seen[1] = Math.sin(scan * 1e-3);
      relay.step();
    };
    expect(bytesOf(step)).toBeLessThan(8);
    expect(relay.periods).toBeGreaterThan(10);
  });
});
