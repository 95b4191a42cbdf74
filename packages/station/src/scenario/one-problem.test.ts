import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ProblemError } from '@fedbatch/vocabulary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadScenario } from './load-scenario.ts';

const sims = resolve(import.meta.dirname, '../../../../sims');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fedbatch-one-problem-'));
  for (const part of [
    'organisms',
    'vessels',
    'components',
    'scenarios/ecoli-jacket-cascade',
    'scenarios/ecoli-adaptive',
  ])
    cpSync(join(sims, part), join(folder, part), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is said of a shipped scenario, one of whose files has one mistake. */
function saidOf(scenario: string, file: string, from: string | RegExp, to: string): string[] {
  const path = join(folder, 'scenarios', scenario, file);
  const original = readFileSync(path, 'utf8');
  expect(original).toMatch(from);
  writeFileSync(path, original.replace(from, to));
  try {
    loadScenario(join(folder, 'scenarios', scenario));
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map(({ says }) => says);
    throw error;
  } finally {
    writeFileSync(path, original);
  }
}

describe('one mistake is one problem, whatever else rests on it', () => {
  it.each([
    [
      'a loop that is driven by another of no name',
      'scenario.yaml',
      'loop: jacket,',
      'loop: jaket,',
      /no loop `jaket`/,
    ],
    [
      'a loop that cannot be tuned',
      'scenario.yaml',
      'hysteresis: 0.3 K',
      'hysteresis: 30 K',
      /`jacket` cannot be tuned/,
    ],
    [
      'a stage with two ends to drive',
      'scenario.yaml',
      'loop: jacket,',
      'loop: jacket, input: heater,',
      /an input and a loop/,
    ],
    [
      'a set point for a loop that another one leads',
      'scenario.yaml',
      'hold: { temperature: 30 degC }',
      'hold: { jacket: 30 degC }',
      /In the phase `cold` the loop `temperature` gives `jacket` its set point, so that 30 degC/,
    ],
    [
      'a probe of nothing',
      'instruments.yaml',
      'thermostat.circuitTemperature',
      'thermostat.circuit',
      /`thermostat.circuit`/,
    ],
  ])('%s', (_, file, from, to, says) => {
    expect(saidOf('ecoli-jacket-cascade', file, from, to)).toEqual([expect.stringMatching(says)]);
  });

  it('is none where the loop that leads is kept out of the phase', () => {
    expect(
      saidOf(
        'ecoli-jacket-cascade',
        'scenario.yaml',
        /band: 20 K\n([\s\S]*)hold: { temperature: 30 degC }/,
        'band: 20 K\n    during: [settle, tune broth, growth]\n$1hold: { jacket: 30 degC }',
      ),
    ).toEqual([]);
  });

  it.each([
    ['a signal of no name', 'as: OUR.analyser', 'as: OUR.analyzer', /`OUR.analyzer` is not a name/],
    ['a limit in another unit', 'DO > 20 %', 'DO > 20 g', /the limit of .* in g/],
    ['a model of its own that is not there', 'observer-volume.yaml', 'observer.yaml', /no file/],
    ['a sample that comes before it was taken', 'late: 20 min }', 'late: -20 min }', /late by -20 min/],
    ['no growth', 'mu: 0.20 1/h', 'mu: 0 1/h', /growth rate .* is 0 1\/h; it must be above 0/],
  ])('%s, in a feed that trends draw', (_, from, to, says) => {
    expect(saidOf('ecoli-adaptive', 'scenario.yaml', from, to)).toEqual([expect.stringMatching(says)]);
  });

  it('a name that nobody gives is still said beside it', () => {
    const said = saidOf('ecoli-adaptive', 'scenario.yaml', 'Biomass: [X,', 'Biomass: [XX,');
    expect(said).toEqual([expect.stringMatching(/`XX` is not a name/)]);
  });
});
