import { constantFeed, exponentialFeed } from '@fedbatch/control';
import { compileModel, compose, type Located, readComponent } from '@fedbatch/model';
import { Problems, parseQuantity, parseUnit, type Quantity } from '@fedbatch/vocabulary';
import { describe, expect, it } from 'vitest';
import { Run } from './run.ts';
import type { PhasePlan, RunPlan } from './run-plan.ts';

const organism = `
organism: Test culture
source: test
biomass: X
species:
  X: { name: biomass, formula: CH1.8O0.5N0.2 }
  S: { name: glucose, formula: C6H12O6 }
parameters:
  mumax: { value: 0.5 1/h }
  Ks: { value: 0.1 g/L }
  Y: { value: 0.5 g/g }
quantities:
  mu: { unit: 1/h, is: mumax * S / (Ks + S) }
reactions:
  growth: { rate: mu / Y, uses: S, makes: { X: Y }, closes: [O2, CO2, NH4+, H2O, H+] }
`;
const vessel = `
vessel: Test vessel
source: test
inputs:
  feedRate: { unit: L/h, default: 0 L/h, range: 0..0.5 L/h }
held:
  seen: { unit: h, initial: 0 h }
phases:
  broth: { volume state: V }
streams:
  feed: { into: broth, flow: feedRate }
events:
  noon: { at: 1.25 h, set: { seen: t }, says: a quarter past one }
`;

/** A vessel whose feed turns into no number once the clock passes one hour. */
const brokenVessel = vessel
  .replace('flow: feedRate', 'flow: feedRate * sqrt(limit - t) / sqrt(limit - t)')
  .replace('held:', 'parameters:\n  limit: { value: 1 h }\nheld:');

const place = { file: 'test', line: 1, column: 1 };
const quantities = (values: Record<string, string>): Map<string, Located<Quantity>> =>
  new Map(Object.entries(values).map(([name, text]) => [name, { value: parseQuantity(text), place }]));

function planOf(
  phases: readonly PhasePlan[],
  changes: Partial<RunPlan> = {},
  watches: Record<string, string> = {},
  tank = vessel,
): RunPlan {
  const part = (role: string, text: string) => ({ role, file: readComponent(text, `${role}.yaml`, new Problems()) });
  const model = compose([part('organism', organism), part('vessel', tank)], {
    charge: quantities({ volume: '1 L', X: '2 g/L', S: '10 g/L' }),
    streams: new Map([['feed', quantities({ S: '300 g/L' })]]),
    watches: Object.entries(watches).map(([id, value]) => ({ id, condition: { value, place } })),
  });
  return {
    title: { title: 'test', organism: 'Test culture', vessel: 'Test vessel', seed: 1, method: 'auto', scanH: 0.01 },
    compiled: compileModel(model),
    outputs: model.outputs,
    method: 'auto',
    relativeTolerance: 1e-8,
    scanH: 0.01,
    recordEvery: 10,
    phases,
    channels: [{ output: 'X', panel: 'Biomass' }, { output: 'S' }, { output: 'V' }, { output: 'vessel.feedRate' }],
    figures: [
      {
        id: 'X.end',
        says: 'biomass at end',
        unit: parseUnit('g/L'),
        source: { kind: 'output', output: 'X', statistic: 'end' },
      },
      {
        id: 'feed',
        says: 'feed total',
        unit: parseUnit('L'),
        source: { kind: 'output', output: 'vessel.feedRate', statistic: 'total' },
      },
      {
        id: 'batch',
        says: 'duration of batch',
        unit: parseUnit('h'),
        source: { kind: 'phase', phase: 'batch', statistic: 'duration' },
      },
    ],
    expectations: [],
    ...changes,
  };
}

function finish(plan: RunPlan) {
  const run = new Run(plan);
  while (run.scan() === 'goes on');
  return run.result();
}

const batch: PhasePlan = {
  name: 'batch',
  until: { event: 'empty', says: 'glucose is exhausted' },
  atMostH: 20,
  set: [],
};
const watches = { empty: 'glucose is exhausted' };
/** Closed form of the Monod batch: time at which S = 0.01 g/L, the default limit of exhaustion. */
const emptyAtH = 2.6206654795;

describe('a run', () => {
  it('ends a phase at the exact time of its condition, inside a scan', () => {
    const result = finish(planOf([batch], {}, watches));
    expect(result.outcome.kind).toBe('complete');
    expect(result.phases[0]!.toH).toBeCloseTo(emptyAtH, 6);
    expect(result.keyFigures[2]!.value).toBeCloseTo(emptyAtH, 6);
    expect(result.phases[0]!.endedBy).toBe('glucose is exhausted');
  });

  it('ends a phase of fixed length at that length, though it is no whole number of scans', () => {
    const result = finish(
      planOf([
        { name: 'one', forH: 0.12345, set: [] },
        { name: 'two', forH: 1 / 3, set: [] },
      ]),
    );
    expect(result.phases.map(({ toH }) => toH)).toEqual([0.12345, 0.12345 + 1 / 3]);
  });

  it('ends a phase at its limit with a warning when the condition does not come', () => {
    const result = finish(planOf([{ ...batch, atMostH: 2 }], {}, watches));
    expect(result.outcome.timeH).toBe(2);
    expect(
      result.events.some(
        ({ kind, says }) => kind === 'warning' && /limit of 2 h; glucose is exhausted was not reached/.test(says),
      ),
    ).toBe(true);
  });

  it('passes a phase whose condition holds from the start', () => {
    const result = finish(planOf([batch, { ...batch, name: 'again' }], {}, watches));
    expect(result.phases[1]).toMatchObject({ name: 'again', endedBy: 'glucose is exhausted (from the start)' });
    expect(result.phases[1]!.toH).toBe(result.phases[1]!.fromH);
  });

  it('starts a feed at the start of its phase, doses its exact volume, and stops it after', () => {
    const feed = {
      strategy: () => exponentialFeed({ muPerH: 0.2, yieldGPerG: 0.5, feedGPerL: 300 }),
      input: 'vessel.feedRate',
      biomass: 'X',
      volume: 'V',
    };
    const result = finish(
      planOf([batch, { name: 'feed', feed, forH: 3, set: [] }, { name: 'rest', forH: 1, set: [] }], {}, watches),
    );
    const biomassG = 2 + 0.5 * (10 - 0.01);
    const dosed = (biomassG / (0.5 * 300)) * Math.expm1(0.6);
    const volume = result.samples.columns[2]!.at(-1)!;
    expect(volume - 1).toBeCloseTo(dosed, 8);
    expect(result.keyFigures[1]!.value).toBeCloseTo(dosed, 3);
    expect(result.samples.columns[3]!.at(-1)).toBe(0);
  });

  it('holds a demand at the limit of the pump and says so once', () => {
    const feed = { strategy: () => constantFeed(2), input: 'vessel.feedRate' };
    const result = finish(planOf([{ name: 'feed', feed, forH: 1, set: [] }]));
    expect(result.samples.columns[2]!.at(-1)).toBeCloseTo(1.5, 10);
    expect(result.events.filter(({ kind }) => kind === 'warning')).toHaveLength(1);
  });

  it('lets a timed event of the model happen at its exact time', () => {
    const result = finish(planOf([{ name: 'one', forH: 2, set: [] }]));
    expect(result.events.find(({ kind }) => kind === 'event')).toMatchObject({
      timeH: 1.25,
      says: 'a quarter past one',
    });
  });

  it('samples on the grid and once more at the end', () => {
    const { samples } = finish(planOf([{ name: 'one', forH: 0.25, set: [] }]));
    expect([...samples.timeH].map((time) => Number(time.toFixed(12)))).toEqual([0, 0.1, 0.2, 0.25]);
  });

  it('closes every balance of a closed model', () => {
    const { audit } = finish(planOf([batch], {}, watches));
    expect(audit.balances.map(({ balance }) => balance)).toEqual([
      'carbon',
      'nitrogen',
      'oxygen',
      'hydrogen',
      'charge',
      'electrons',
      'mass',
    ]);
    for (const { relative } of audit.balances) expect(relative).toBeLessThan(1e-12);
  });

  it('is the same to the bit when it is run again', () => {
    const columns = () => finish(planOf([batch], {}, watches)).samples.columns.map((column) => [...column]);
    expect(columns()).toEqual(columns());
  });

  it('leaves a usable result when it is stopped', () => {
    const run = new Run(planOf([batch], {}, watches));
    for (let i = 0; i < 50; i++) run.scan();
    run.stop();
    const { outcome, samples, phases } = run.result();
    expect(run.scan()).toBe('ended');
    expect(outcome).toMatchObject({ kind: 'stopped' });
    expect(samples.timeH.at(-1)).toBe(outcome.timeH);
    expect(phases).toMatchObject([{ name: 'batch', endedBy: 'stopped' }]);
  });

  it('ends with a sentence and a usable result when the numerics fail', () => {
    const { outcome, samples } = finish(planOf([{ name: 'one', forH: 2, set: [] }], {}, {}, brokenVessel));
    expect(outcome.kind).toBe('failed');
    expect(outcome.timeH).toBeCloseTo(1, 3);
    expect(outcome.says).toMatch(/not a finite number.* in phase one/);
    expect(samples.timeH.at(-1)).toBe(outcome.timeH);
  });

  it('ends with the sentence of a strategy that cannot start', () => {
    const feed = {
      strategy: () => exponentialFeed({ muPerH: 0.2, yieldGPerG: 0.5, feedGPerL: 300 }),
      input: 'vessel.feedRate',
    };
    const { outcome } = finish(planOf([{ name: 'feed', feed, forH: 1, set: [] }]));
    expect(outcome).toMatchObject({ kind: 'failed', timeH: 0 });
    expect(outcome.says).toMatch(/exponential feed of feed cannot start.*biomass and volume, which are NaN/);
  });

  it('meets no expectation unless it completes', () => {
    const figure = planOf([batch]).figures[0]!;
    const expectations = [{ text: 'biomass at end above 0 g/L', figure, low: 0, high: Number.POSITIVE_INFINITY }];
    const run = new Run(planOf([batch], { expectations }, watches));
    run.stop();
    expect(run.result().expectations[0]!.met).toBe(false);
    expect(finish(planOf([batch], { expectations }, watches)).expectations[0]!.met).toBe(true);
  });
});
