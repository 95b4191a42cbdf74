import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ProblemError } from '@fedbatch/vocabulary';
import { afterAll, describe, expect, it } from 'vitest';
import { runScenario } from '../run-scenario.ts';
import { loadScenario } from './load-scenario.ts';

const sims = resolve(import.meta.dirname, '../../../../sims');
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-reference-'));
for (const part of ['organisms', 'vessels', 'components', 'scenarios', 'reference', 'instruments'])
  cpSync(join(sims, part), join(folder, part), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const scenario = join(folder, 'scenarios', 'ecoli-anane-published');
const file = join(scenario, 'scenario.yaml');
const original = readFileSync(file, 'utf8');
const fast = ['scan=1 min', 'recipe.fed-batch.for=1 h', 'expect=biomass at end above 1 g/L'];

describe('a reference', () => {
  it('gives its points in the units of the channels, and the largest deviation as a key figure', async () => {
    writeFileSync(file, original);
    const { references, keyFigures } = await runScenario(loadScenario(scenario, fast));
    expect(references.map(({ channel }) => channel)).toEqual(['X', 'S', 'A']);
    expect(references[0]!.timeH.at(-1)).toBeLessThanOrEqual(9.1);
    const deviation = keyFigures.find(({ id }) => id === 'X.deviation')!;
    expect(deviation.unit).toBe('%');
    expect(deviation.value).toBeLessThan(0.01);
  });

  it('shows a deviation where the data differ, and converts units that stand in the header', async () => {
    writeFileSync(join(folder, 'mine.csv'), 'time [h],biomass [mg/L]\n0,170\n1,500\n');
    writeFileSync(
      file,
      original.replace(/reference:\n( {2}.*\n)+/, 'reference: { file: ../../mine.csv, columns: { X: biomass } }\n'),
    );
    const { references, keyFigures } = await runScenario(loadScenario(scenario, fast));
    expect([...references[0]!.values]).toEqual([0.17, 0.5]);
    expect(keyFigures.find(({ id }) => id === 'X.deviation')!.value).toBeGreaterThan(40);
  });

  it('reads times in the unit of their title', async () => {
    writeFileSync(join(folder, 'mine.csv'), 'time [min],biomass [g/L]\n0,0.17\n90,0.3\n');
    const mine = original.replace(
      /reference:\n( {2}.*\n)+/,
      'reference: { file: ../../mine.csv, columns: { X: biomass } }\n',
    );
    writeFileSync(file, mine);
    expect([...(await runScenario(loadScenario(scenario, fast))).references[0]!.timeH]).toEqual([0, 1.5]);
    writeFileSync(join(folder, 'mine.csv'), 'time [L],biomass [g/L]\n0,0.17\n');
    expect(() => loadScenario(scenario)).toThrow(/time of the reference is in L/);
  });

  it('reads a column in the unit that the scenario gives it', async () => {
    writeFileSync(file, original.replace('X: X_gL', 'X: X_gL in mg/L'));
    const { references } = await runScenario(loadScenario(scenario, fast));
    expect(references[0]!.values[0]).toBeCloseTo(0.17e-3, 6);
  });

  it.each([
    ['a column that is not there', 'X: X_gL', 'X: X_gl', /no column `X_gl`.*Did you mean `X_gL`/],
    ['a time that is not there', 'time: t_h', 'time: hours', /no column `hours`/],
    ['a name that is not there', 'X: X_gL', 'Q: X_gL', /`Q`.*is not a name of this model/],
    ['a unit that is none', 'X: X_gL', 'X: X_gL in glons', /glons/],
    ['a unit of something else', 'X: X_gL', 'X: X_gL in mol/h', /is in mol\/h, and X is in g\/L/],
    ['a file that is not there', 'ecoli_anane_batch.csv', 'nothing.csv', /no file/],
  ])('is refused for %s', (_, from, to, says) => {
    writeFileSync(file, original.replace(from, to));
    try {
      loadScenario(scenario);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ProblemError);
      expect((error as ProblemError).problems.map(({ says: text }) => text).join('\n')).toMatch(says);
    }
  });
});

describe('instruments and faults are refused', () => {
  const whole = join(folder, 'scenarios', 'ecoli-instruments');
  const path = join(whole, 'scenario.yaml');
  const text = readFileSync(path, 'utf8');
  const set = join(folder, 'instruments', 'bench-15L.yaml');
  const instruments = readFileSync(set, 'utf8');

  it.each([
    [
      'a sensor that is not there',
      path,
      'on: DO.probe',
      'on: DO.prob',
      /acts on a sensor, and `DO\.prob` is none\. Did you mean `DO\.probe`/,
    ],
    [
      'a calibration of nobody',
      path,
      'faults:',
      'calibrations: { on: pH.prob, at: 2 h }\nfaults:',
      /no sensor `pH\.prob` to calibrate/,
    ],
    [
      'an event that is not there',
      path,
      'when: vessel.full',
      'when: vessel.ful',
      /no event of a component\. Did you mean `vessel\.full`/,
    ],
    ['a negative time', path, 'for: 3 min', 'for: -3 min', /below 0/],
    ['no onset', path, 'on: stirrer.drive, from: 12.5 h', 'on: stirrer.drive', /has no onset/],
    [
      'two onsets',
      path,
      'on: stirrer.drive, from: 12.5 h',
      'on: stirrer.drive, from: 12.5 h, hazard: 1 1/h',
      /more than one onset/,
    ],
    ['a size in another unit', path, 'size: 1 %/h', 'size: 1 g/L', /has not the unit .* of the kind 1\/h/],
    ['a swap with nobody', path, 'kind: drift, on: DO.probe', 'kind: swap, on: DO.probe', /names no other sensor/],
    ['an unknown kind', path, 'kind: trip', 'kind: tripp', /none of .*Did you mean `trip`/],
    ['a missing set', path, 'bench-15L.yaml\ncharge', 'bench.yaml\ncharge', /no file/],
    ['what no model has', set, 'reads: vessel.DO,', 'reads: vessel.DOO,', /is not a name of this model/],
    ['an input that is not there', set, 'drives: airFlow', 'drives: airflow', /no input `airflow`/],
    [
      'a noise in degC',
      set,
      'reads: vessel.temperature }',
      'reads: vessel.temperature, noise: 0.1 degC }',
      /has not the unit/,
    ],
    ['an unknown kind of sensor', set, 'kind: pressure', 'kind: presure', /none of .*Did you mean `pressure`/],
    ['an empty set', set, instruments, '# nothing', /empty/],
  ])('for %s', (_, where, from, to, says) => {
    const before = where === path ? text : instruments;
    const changed = before.replace(from, to);
    expect(changed).not.toBe(before);
    writeFileSync(where, changed);
    try {
      loadScenario(whole);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ProblemError);
      const [problem] = (error as ProblemError).problems;
      expect(problem!.says).toMatch(says);
      expect(problem!.place?.line).toBeGreaterThan(0);
      expect(problem!.remedy.length).toBeGreaterThan(5);
    } finally {
      writeFileSync(where, before);
    }
  });
});

describe('a spectrometer', () => {
  const whole = join(folder, 'scenarios', 'hybridoma-raman');
  const set = join(folder, 'instruments', 'hybridoma-raman.yaml');
  const path = join(whole, 'scenario.yaml');
  const instruments = readFileSync(set, 'utf8');
  const text = readFileSync(path, 'utf8');

  it('has a column for each known component, and one for the residual that is a plain number', () => {
    const { plan } = loadScenario(whole);
    const measured = plan.outputs.filter(({ id, kind }) => kind === 'measured' && id.startsWith('raman.'));
    expect(measured.map(({ id, unit }) => `${id} ${unit.text}`)).toEqual([
      'raman.glucose mmol/L',
      'raman.lactate mmol/L',
      'raman.cells cells/L',
      'raman.residual -',
    ]);
  });

  it.each([
    ['what no model has', set, 'reads: G\n', 'reads: GG\n', /is not a name of this model/],
    ['a height in another unit', set, 'height: 250 L/mmol', 'height: 250 L/g', /has not the unit/],
    ['a band without a width', set, 'width: 30 1/cm, height: 250', 'width: 0 1/cm, height: 250', /not above 0/],
    ['too many points', set, 'step: 5 1/cm', 'step: 0.01 1/cm', /140001 points/],
    ['an axis that falls', set, 'range: 400..1800', 'range: 1800..400', /does not rise/],
    ['an interval too short', set, 'interval: 15 min', 'interval: 5 min', /over 10 min every 5 min/],
    [
      'a component that the others make',
      set,
      '          - { at: 1005 1/cm, width: 12 1/cm, height: 6000 L/Gcells }\n          - { at: 1450 1/cm, width: 40 1/cm, height: 7000 L/Gcells }\n          - { at: 1660 1/cm, width: 60 1/cm, height: 8000 L/Gcells }',
      '          - { at: 1640 1/cm, width: 110 1/cm, height: 8000 L/Gcells, shape: gauss }',
      /cannot tell water/,
    ],
    ['a component called residual', set, '      lactate:', '      residual:', /`residual` is taken/],
    ['a name of two words', set, '  raman:', '  raman.probe:', /not one name such as raman/],
    [
      'a fault that spectra do not have',
      path,
      'kind: drift, on: raman',
      'kind: lost result, on: raman',
      /`raman` is none/,
    ],
    ['a fluorescence in another unit', path, 'size: 50000 1/h', 'size: 1 g/L/h', /has not the unit/],
  ])('is refused for %s', (_, where, from, to, says) => {
    const before = where === path ? text : instruments;
    expect(before).toContain(from);
    writeFileSync(where, before.replace(from, to));
    try {
      loadScenario(whole);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ProblemError);
      const [problem] = (error as ProblemError).problems;
      expect(problem!.says).toMatch(says);
      expect(problem!.place?.line).toBeGreaterThan(0);
      expect(problem!.remedy.length).toBeGreaterThan(5);
    } finally {
      writeFileSync(where, before);
    }
  });
});
