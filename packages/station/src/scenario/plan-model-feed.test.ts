import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { estimatorNames } from '@fedbatch/control';
import { Run } from '@fedbatch/runtime';
import { ProblemError } from '@fedbatch/vocabulary';
import { afterAll, describe, expect, it } from 'vitest';
import { loadScenario } from './load-scenario.ts';

const shipped = resolve(import.meta.dirname, '../../../../sims/scenarios/ecoli-adaptive');
const source = readFileSync(join(shipped, 'scenario.yaml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-adaptive-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

/** The shipped scenario with parts of its text replaced, loaded. */
function load(changes: readonly (readonly [from: string | RegExp, to: string])[] = []) {
  const own = join(folder, String(count++));
  mkdirSync(own);
  let text = source
    .replaceAll('../../', `${relative(own, resolve(shipped, '../..'))}/`)
    .replace('instruments: instruments.yaml', `instruments: ${relative(own, shipped)}/instruments.yaml`);
  for (const [from, to] of changes) {
    const changed = text.replace(from, to);
    expect(changed, String(from)).not.toBe(text);
    text = changed;
  }
  writeFileSync(join(own, 'scenario.yaml'), text);
  return loadScenario(own);
}

describe('an adaptive feed in a scenario', () => {
  /** What each estimator has found, so that none stands in for another. */
  const found = new Map<string, number>();

  it.each<[string, readonly (readonly [string | RegExp, string])[], RegExp]>([
    ['has no model', [[/ {8}model: .*\n/, '']], /An adaptive feed needs a model of its own/],
    ['has no growth rate to hold', [[/ {8}mu: .*\n/, '']], /has no `mu`/],
    ['names a file that is not there', [['observer-volume.yaml', 'observer.yaml']], /There is no file/],
    [
      'takes an organism for a vessel',
      [['vessels/observer-volume.yaml', 'organisms/Anane2017-ecoli.yaml']],
      /is an organism .*, where the vessel is named/,
    ],
    [
      'sees what its model does not have',
      [['          OUR: { as', '          OTR: { as']],
      /`OTR` is not a name of this model/,
    ],
    ['sees by what the plant does not have', [['as: OUR.analyser', 'as: OUR.meter']], /`OUR.meter` is not a name/],
    [
      'sees one quantity by another',
      [['as: OUR.analyser', 'as: DO.probe']],
      /`DO.probe` is in %, and `OUR`, which it shall show, in mol\/L\/h/,
    ],
    ['sees something without noise', [[', relative: 4 %', '']], /The signal `OUR` .* has no noise/],
    ['sees nothing', [[/ {8}sees:\n(?: {10}.*\n)+/, '']], /sees nothing/],
    ['is unsure of nothing in particular', [['organism.Ks: 40 %', 'organism.Kx: 40 %']], /`organism.Kx`/],
    ['is unsure by less than nothing', [['organism.Ks: 40 %', 'organism.Ks: -40 %']], /which is no uncertainty/],
    [
      'is unsure of a parameter by an amount',
      [['organism.Ks: 40 %', 'organism.Ks: 0.01 g/L']],
      /where a share is meant/,
    ],
    ['keeps a limit in another unit', [['A < 0.5 g/L', 'A < 0.5 h']], /`A` is in g\/L/],
    ['keeps what is no limit', [['A < 0.5 g/L', 'little acetate']], /is not a limit/],
    [
      'asks for an estimator that there is not',
      [['strategy: adaptive', 'strategy: adaptive\n        estimator: kalman']],
      /is `kalman`: it is none of `extended-kalman`, `unscented-kalman`, `moving-horizon`, `bastin-dochain`/,
    ],
    [
      'asks an observer without kinetics to estimate kinetics',
      [['strategy: adaptive', 'strategy: adaptive\n        estimator: bastin-dochain']],
      /scenario\.yaml:\d+:20 {2}An asymptotic observer estimates states, not the parameter `vessel\.feedRate`/,
    ],
    [
      'asks an observer to reconstruct more than it can',
      [
        ['strategy: adaptive', 'strategy: adaptive\n        estimator: bastin-dochain'],
        [/ {10}(?:feedRate|vessel\.\w+|organism\.\w+): .*\n/g, ''],
        [/ {10}DO: .*\n/, ''],
        [/ {10}X: \{ as.*\n/, ''],
        [/ {10}A: \{ as.*\n/, ''],
      ],
      /must know 3 amounts or exchanges that are independent, and knows 1/,
    ],
    ['has a guard that cannot rise', [['most: 1 L/h', 'rises: 0 %']], /may rise 1-fold in an hour/],
    ['has an envelope that holds nothing', [['most: 1 L/h', 'most: 1 L/h, least: 2 L/h']], /holds no feed/],
  ])('is refused in words, with its place, where it %s', (_, changes, says) => {
    let found = '';
    try {
      load(changes);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      expect(error.problems[0]!.place?.file).toMatch(/\.yaml$/);
      found = error.message;
    }
    expect(found).toMatch(says);
  });

  it('is unsure of the biomass and of every parameter with a spread where it does not say of what', () => {
    const { plan } = load([[/ {8}unsure of:\n(?: {10}.*\n)+/, '']]);
    const told = plan.outputs.filter(({ kind }) => kind === 'told').map(({ id }) => id);
    expect(told).toContain('feed.share.organism.qSmax');
    expect(told).toContain('feed.share.vessel.kLa');
    expect(told).not.toContain('feed.share.organism.Ks');
  });

  it('plans instead where it is predictive, with the work that it may take', () => {
    const predictive = load([
      ['strategy: adaptive', 'strategy: predictive\n        horizon: { moves: 4, step: 12 min, work: 3 }'],
      [/trends:\n(?: {2}.*\n)+/, ''],
      ['for: 12 h', 'for: 1 h'],
      ['scan: 1 s', 'scan: 1 min'],
    ]);
    const run = new Run(predictive.plan);
    while (!run.ended) run.scan();
    const { samples } = run.result();
    const work = samples.columns[samples.channels.findIndex(({ id }) => id === 'feed.work')]!;
    expect(Math.max(...work.filter(Number.isFinite))).toBeLessThanOrEqual(3);
    expect(Math.max(...work.filter(Number.isFinite))).toBeGreaterThan(1);
  });

  it.each(estimatorNames)('estimates by %s where it says so', (estimator) => {
    const { plan } = load([
      ['strategy: adaptive', `strategy: adaptive\n        estimator: ${estimator}`],
      [/ {8}unsure of:\n(?: {10}.*\n)+/, '        unsure of: { X: 15 %, A: { by: 0.01 g/L, drifts: 0.05 g/L } }\n'],
      [/ {10}DO: .*\n/, ''],
      [/ {10}X: \{ as.*\n/, ''],
      ['within: [ DO > 20 %, A < 0.5 g/L ]', 'within: [ A < 0.5 g/L ]'],
      [/trends:\n(?: {2}.*\n)+/, ''],
      ['for: 12 h', 'for: 3 h'],
      ['scan: 1 s', 'scan: 1 min'],
    ]);
    const run = new Run(plan);
    while (!run.ended) run.scan();
    const { samples } = run.result();
    const last = (id: string): number =>
      samples.columns[samples.channels.findIndex((channel) => channel.id === id)]!.at(-2)!;
    expect(Math.abs(last('feed.estimate.X') / last('X') - 1)).toBeLessThan(0.1);
    expect(last('feed.deviation.X')).toBeGreaterThan(0);
    found.set(estimator, last('feed.estimate.X'));
    expect(new Set(found.values()).size).toBe(found.size);
  });

  it('drops a probe that is silent, says so, and goes on with what it hears', () => {
    const run = new Run(
      load([
        ['recipe:', 'faults:\n  - { kind: drop-out, on: DO.probe, from: 1 h, for: 1 h }\nrecipe:'],
        ['for: 12 h', 'for: 3 h'],
      ]).plan,
    );
    while (!run.ended) run.scan();
    const { samples, events } = run.result();
    const feed = samples.columns[samples.channels.findIndex(({ id }) => id === 'vessel.feedRate')]!;
    const at = (hours: number): number => samples.timeH.findIndex((time) => time >= hours - 1e-9);
    const said = events.map(({ says }) => says).join('\n');
    expect(said).toContain('hears nothing new of vessel.DO and goes on with OUR');
    expect(said).toContain('hears OUR, vessel.DO again');
    expect(said).not.toContain('what the proposal needs is not measured');
    expect(feed[at(1.95)]! / feed[at(1.2)]!).toBeGreaterThan(1.05);
  });

  it('goes on by its fallback, and says so, while what it must have is not measured', () => {
    const run = new Run(
      load([
        ['DO: { as: DO.probe, absolute: 0.5 percent }', 'DO: { as: DO.probe, absolute: 0.5 percent, needed: yes }'],
        ['recipe:', 'faults:\n  - { kind: drop-out, on: DO.probe, from: 1 h, for: 1 h }\nrecipe:'],
        ['for: 12 h', 'for: 3 h'],
      ]).plan,
    );
    while (!run.ended) run.scan();
    const { samples, events } = run.result();
    const column = (id: string): Float64Array =>
      samples.columns[samples.channels.findIndex((channel) => channel.id === id)]!;
    const feed = column('vessel.feedRate');
    const at = (hours: number): number => samples.timeH.findIndex((time) => time >= hours - 1e-9);
    expect(events.some(({ says }) => says.includes('what the proposal needs is not measured'))).toBe(true);
    expect(feed[at(1.95)]!).toBeLessThanOrEqual(feed[at(1.2)]!);
    expect(feed[at(2.9)]!).toBeGreaterThan(feed[at(1.95)]!);
  });
});
