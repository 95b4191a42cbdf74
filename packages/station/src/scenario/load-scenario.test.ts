import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ProblemError } from '@fedbatch/vocabulary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScenario } from '../run-scenario.ts';
import { loadScenario } from './load-scenario.ts';

const sims = resolve(import.meta.dirname, '../../../../sims');
let folder = '';
const scenario = () => join(folder, 'scenarios', 'ecoli-exponential');
const scenarioFile = () => join(scenario(), 'scenario.yaml');
let original = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fedbatch-station-'));
  for (const part of ['organisms', 'vessels', 'components', 'scenarios'])
    cpSync(join(sims, part), join(folder, part), { recursive: true });
  original = readFileSync(scenarioFile(), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first problem of the shipped scenario after a change of its text or with settings. */
function firstProblem(change: (text: string) => string, settings: readonly string[] = []) {
  writeFileSync(scenarioFile(), change(original));
  try {
    loadScenario(scenario(), settings);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0]!;
    throw error;
  } finally {
    writeFileSync(scenarioFile(), original);
  }
  throw new Error('The scenario loaded.');
}
const swap = (from: string | RegExp, to: string) => (text: string) => {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`Nothing to replace: ${from}`);
  return changed;
};

/** What is changed, where the problem must stand (line of the changed text that holds it), what it says, and what it advises. */
const cases: [string, (text: string) => string, string, RegExp, RegExp][] = [
  [
    'an unknown key',
    swap('recipe:', 'recipie:'),
    'recipie:',
    /key `recipie` is not known here\. Did you mean `recipe`\?/,
    /Known keys are/,
  ],
  [
    'a unit clash in the charge',
    swap('S: 10 g/L,', 'S: 10 1/h,'),
    '10 1/h',
    /charge of `S` is in 1\/h.*needed/,
    /Write it in g\/L/,
  ],
  ['an unknown unit', swap('S: 10 g/L,', 'S: 10 g/Lt,'), '10 g/Lt', /`Lt` is not a unit/, /Write/],
  [
    'a negative volume',
    swap('volume: 6 L', 'volume: -6 L'),
    '-6 L',
    /volume at the start is -6 L; it must be above 0/,
    /volume of liquid/,
  ],
  [
    'a negative concentration',
    swap('X: 0.17 g/L', 'X: -0.17 g/L'),
    '-0.17',
    /charge of `X` is -0\.17 g\/L; a concentration cannot be below 0/,
    /0 or more/,
  ],
  [
    'a missing initial value',
    swap('X: 0.17 g/L, ', ''),
    'charge',
    /Nothing says how much `X` \(biomass\) is in the broth/,
    /Add `X: … g\/L` under `charge`/,
  ],
  ['not a number', swap('S: 10 g/L', 'S: .nan'), '.nan', /NaN is not a value/, /number with its unit/],
  ['YAML that does not parse', swap('charge: {', 'charge: {{'), 'streams', /not YAML/, /bracket|quotes|same column/],
  [
    'a missing file',
    swap('vessels/bench-15L.yaml', 'vessels/bench-51L.yaml'),
    'bench-51L',
    /no file `\.\.\/\.\.\/vessels\/bench-51L\.yaml` beside the scenario/,
    /Paths count from the folder/,
  ],
  [
    'a vessel where the organism is named',
    swap('organisms/Anane2017-ecoli-closed.yaml', 'vessels/bench-15L.yaml'),
    'organism:',
    /is a vessel .*where the organism is named/,
    /starts with `organism:`/,
  ],
  [
    'an unknown species in a stream',
    swap('feed: { S: 500 g/L,', 'feed: { G: 500 g/L,'),
    'G: 500',
    /carries `G`, which the broth does not hold/,
    /Species of the broth are/,
  ],
  [
    'an unknown stream',
    swap('feed: { S: 500', 'feeed: { S: 500'),
    'feeed',
    /no component has a stream `feeed`.*Did you mean `feed`/i,
    /Streams are feed/,
  ],
  [
    'an unknown charge',
    swap('X: 0.17 g/L', 'X: 0.17 g/L, Z: 1 g/L'),
    'Z: 1',
    /Nothing called `Z` can be charged/,
    /charge may name/,
  ],
  [
    'an unknown input',
    swap('stirrer: 750 rpm', 'stirer: 750 rpm'),
    'stirer',
    /no input `stirer`.*Did you mean `stirrer`/,
    /Inputs are/,
  ],
  [
    'an input out of range',
    swap('stirrer: 750 rpm', 'stirrer: 7500 rpm'),
    '7500',
    /`vessel\.stirrer` = 7500 rpm lies outside its limits/,
    /0 to 1500 rpm/,
  ],
  [
    'a condition on an unknown name',
    swap('until: glucose is exhausted', 'until: sucrose < 1 g/L'),
    'until',
    /`sucrose` is not known here/,
    /Declare it|needs/,
  ],
  [
    'a condition in the wrong unit',
    swap('until: glucose is exhausted', 'until: S < 1 h'),
    'until',
    /another kind of unit/,
    /same kind/,
  ],
  [
    'a phase that may never end',
    swap(', at most: 20 h', ''),
    'batch',
    /`batch` ends only when `glucose is exhausted`, which may never come/,
    /at most/,
  ],
  ['a phase of negative length', swap('for: 10 h', 'for: -10 h'), '-10 h', /would last -10 h/, /Write a time/],
  [
    'a strategy that does not exist',
    swap('strategy: exponential', 'strategy: exponental'),
    'exponental',
    /none of `constant`, `exponential`, `table`.*Did you mean `exponential`/,
    /Write one of/,
  ],
  [
    'an exponential feed without mu',
    swap('mu: 0.20 1/h ', ''),
    'strategy',
    /exponential feed of `fed-batch` has no `mu`/,
    /Add `mu/,
  ],
  [
    'samples that miss the scans',
    swap('every: 1 min', 'every: 1.5 s'),
    '1.5 s',
    /do not fall on scans of 1 s/,
    /whole multiple/,
  ],
  [
    'an expectation nobody can check',
    swap('acetate never above 1 g/L', 'acetate looks fine'),
    'looks fine',
    /not an expectation that can be checked/,
    /within 5 %/,
  ],
  [
    'an expectation in the wrong unit',
    swap('acetate never above 1 g/L', 'acetate never above 1 h'),
    'above 1 h',
    /compares a figure in g\/L with `1 h`/,
    /Write the limit in g\/L/,
  ],
  [
    'a figure of an unknown name',
    swap('- acetate maximum', '- acetat maximum'),
    'acetat max',
    /`acetat` in `acetat maximum` is not a name of this model\. Did you mean `acetate`/,
    /explain/,
  ],
  ['a prototype key', swap('seed: 42', '__proto__: 42'), '__proto__', /key `__proto__` is not known/, /Known keys/],
  [
    'a seed that is no number',
    swap('seed: 42', 'seed: many'),
    'many',
    /`seed` is `many`: a whole number/,
    /whole number from 0/,
  ],
  [
    'two phases of one name',
    swap('- fed-batch:', '- batch:'),
    'batch: { feed',
    /Two phases are called `batch`/,
    /name of its own/,
  ],
  [
    'a loop that holds nothing known',
    swap(
      'recipe:',
      'control: { oxygen: { hold: D0, at: 30 %, band: 60 %, raise by: [{ input: stirrer, from: 300 rpm, to: 900 rpm }] } }\nrecipe:',
    ),
    'hold: D0',
    /`D0` is not a name/,
    /fedbatch explain/,
  ],
  [
    'a loop without stages',
    swap('recipe:', 'control: { oxygen: { hold: DO, at: 30 %, band: 60 %, reset: 1 min } }\nrecipe:'),
    'oxygen:',
    /loop `oxygen` drives nothing/,
    /raise by/,
  ],
  [
    'a loop that drives no input',
    swap(
      'recipe:',
      'control: { oxygen: { hold: DO, at: 30 %, band: 60 %, raise by: [{ input: stirer, from: 300 rpm, to: 900 rpm }] } }\nrecipe:',
    ),
    'input: stirer',
    /no input `stirer`.*stirrer/,
    /Inputs are/,
  ],
  [
    'a stage beyond its input',
    swap(
      'recipe:',
      'control: { oxygen: { hold: DO, at: 30 %, band: 60 %, raise by: [{ input: stirrer, from: 300 rpm, to: 9000 rpm }] } }\nrecipe:',
    ),
    'to: 9000',
    /stirrer. = 9000 rpm lies outside/,
    /from 0 to 1500 rpm/,
  ],
  [
    'a stage that cannot move',
    swap(
      'recipe:',
      'control: { oxygen: { hold: DO, at: 30 %, band: 60 %, raise by: [{ input: stirrer, from: 300 rpm, to: 300 rpm }] } }\nrecipe:',
    ),
    'to: 300',
    /goes from 300 to 300 rpm/,
    /two ends/,
  ],
  [
    'a set point of another kind',
    swap(
      'recipe:',
      'control: { oxygen: { hold: DO, at: 30 g/L, band: 60 %, raise by: [{ input: stirrer, from: 300 rpm, to: 900 rpm }] } }\nrecipe:',
    ),
    'at: 30 g/L',
    /set point of `oxygen` is in g.L, where %/,
    /in %/,
  ],
  [
    'a band of nothing',
    swap(
      'recipe:',
      'control: { oxygen: { hold: DO, at: 30 %, band: 0 %, raise by: [{ input: stirrer, from: 300 rpm, to: 900 rpm }] } }\nrecipe:',
    ),
    'band: 0 %',
    /band of `oxygen` is 0 %; it must be above 0/,
    /smaller band/,
  ],
  [
    'a loop in a phase that is not there',
    swap(
      'recipe:',
      'control: { oxygen: { during: [fed], hold: DO, at: 30 %, band: 60 %, raise by: [{ input: stirrer, from: 300 rpm, to: 900 rpm }] } }\nrecipe:',
    ),
    'during: [fed]',
    /`fed`, which is no phase/,
    /Phases are batch, fed-batch/,
  ],
  [
    'a loop that fights the feed',
    swap(
      'recipe:',
      'control: { oxygen: { hold: DO, at: 30 %, band: 60 %, raise by: [{ input: feedRate, from: 0 L/h, to: 1 L/h }] } }\nrecipe:',
    ),
    'input: feedRate',
    /driven by the loop `oxygen` and by the feed of the phase `fed-batch`/,
    /one driver/,
  ],
  [
    'a set point for a loop that is not there',
    swap('for: 10 h', 'for: 10 h, hold: { oxygen: 40 % }'),
    'hold: { oxygen',
    /no loop `oxygen`/,
    /under `control`/,
  ],
  [
    'an alarm that is no limit',
    swap('recipe:', 'alarms: { low: { when: oxygen is low } }\nrecipe:'),
    'when: oxygen',
    /`oxygen is low` is not a limit/,
    /DO < 15 %/,
  ],
  [
    'an alarm on nothing known',
    swap('recipe:', 'alarms: { low: { when: D0 < 15 % } }\nrecipe:'),
    'when: D0',
    /`D0` in `D0 < 15 %` is not a name/,
    /fedbatch explain/,
  ],
  [
    'an alarm with a limit of another kind',
    swap('recipe:', 'alarms: { low: { when: DO < 15 g/L } }\nrecipe:'),
    'when: DO',
    /in %, and the limit of the alarm `low` in g.L/,
    /limit in %/,
  ],
  [
    'an alarm with a limit that is no quantity',
    swap('recipe:', 'alarms: { low: { when: DO < low } }\nrecipe:'),
    'when: DO',
    /limit `low` is no quantity/,
    /as 15 %/,
  ],
  [
    'a deviation from the set point of no loop',
    swap('recipe:', 'alarms: { low: { when: DO < set point - 10 % } }\nrecipe:'),
    'when: DO',
    /No loop holds `vessel.DO`/,
    /Give a value/,
  ],
  [
    'a deviation in a unit that is no difference',
    swap(
      'recipe:',
      'control: { warm: { hold: temperature, at: 37 degC, band: 5 K, raise by: [{ input: temperature, from: 20 degC, to: 60 degC }] } }\nalarms: { hot: { when: temperature > set point + 1 degC } }\nrecipe:',
    ),
    'when: temperature',
    /in degC is a point of a scale/,
    /in K/,
  ],
  [
    'a gain schedule that goes back',
    swap(
      'recipe:',
      'control: { oxygen: { hold: DO, at: 30 %, band: 50 %, raise by: [{ input: stirrer, from: 400 rpm, to: 900 rpm }], gain by: { signal: stirrer, at: [800 rpm, 400 rpm], factor: [1, 2] } } }\nrecipe:',
    ),
    'gain by',
    /values of a gain schedule rise; entry 2/,
    /signal: stirrer/,
  ],
  [
    'an alarm with a dead band below nothing',
    swap('recipe:', 'alarms: { low: { when: DO < 15 %, dead band: -1 % } }\nrecipe:'),
    'dead band',
    /dead band of the alarm `low` is -1 %/,
    /come back/,
  ],
  [
    'an interlock that holds nothing known',
    swap('recipe:', 'alarms: { low: { when: DO < 15 %, force: { feedrate: 0 L/h } } }\nrecipe:'),
    'feedrate',
    /no input `feedrate`/,
    /Inputs are/,
  ],
  [
    'a rule that takes off everything',
    swap('mu: 0.20 1/h', 'mu: 0.20 1/h, trim: [{ while: DO < 20 %, slow: 100 %, every: 1 min }]'),
    'trim:',
    /takes off 100 %/,
    /slow: 5 %/,
  ],
  [
    'a rule on nothing known',
    swap('mu: 0.20 1/h', 'mu: 0.20 1/h, trim: [{ while: D0 < 20 %, slow: 5 %, every: 1 min }]'),
    'while: D0',
    /`D0` in `D0 < 20 %`/,
    /explain/,
  ],
  [
    'a mu-stat that sees no uptake',
    swap('strategy: exponential, mu', 'strategy: mu-stat, uptake: RQ, mu'),
    'uptake: RQ',
    /The mu-stat feed of `fed-batch` sees `RQ` in -/,
    /Name a quantity of that kind/,
  ],
  [
    'a mu-stat by a filter that needs a model',
    swap('strategy: exponential, mu', 'strategy: mu-stat, estimator: unscented-kalman, mu'),
    'estimator: unscented-kalman',
    /The mu-stat of `fed-batch` has no model of its own, which `unscented-kalman` needs/,
    /Write `estimator: bastin-dochain`, leave it out, or let the strategy be adaptive/,
  ],
  [
    'a mu-stat that sees biomass without an observer',
    swap('strategy: exponential, mu', 'strategy: mu-stat, by: X, mu'),
    'by: X',
    /The mu-stat of `fed-batch` looks at `X`, and has nothing that makes a growth rate of it/,
    /Add `estimator: bastin-dochain`/,
  ],
  [
    'an observer of a signal that is never off',
    swap('strategy: exponential, mu', 'strategy: mu-stat, estimator: bastin-dochain, noise: 0 %, mu'),
    'strategy: mu-stat',
    /A signal cannot be off by a share of 0: above 0, below 1/,
    /Correct the setting/,
  ],
  [
    'a DO-stat without a dose',
    swap('strategy: exponential, mu: 0.20 1/h', 'strategy: DO-stat, at: 60 %'),
    'strategy: DO-stat',
    /The DO-stat feed of `fed-batch` has no `dose`/,
    /dose: 0.01 L/,
  ],
  [
    'an uptake limit in another unit',
    swap('strategy: exponential, mu: 0.20 1/h', 'strategy: oxygen-limited, mu: 0.20 1/h, at: 20 %'),
    'at: 20 %',
    /A setting of the oxygen-limited feed of `fed-batch` is in %/,
    /mol\/L\/h/,
  ],
  [
    'a glucose that no stream brings',
    swap('strategy: exponential, mu: 0.20 1/h', 'strategy: glucose, by: A, at: 1 g/L'),
    'by: A',
    /needs to know `A` in the stream `feed`/,
    /substrate/,
  ],
  [
    'a pulse that leaves no time',
    swap('strategy: exponential, mu: 0.20 1/h', 'strategy: probing, mu: 0.20 1/h, every: 1 min'),
    'strategy: probing',
    /A pulse of 0.05 h every .* leaves no time/,
    /Correct the setting/,
  ],
  [
    'a schedule that goes back in time',
    swap(
      'mu: 0.20 1/h',
      'mu: 0.20 1/h, then: [{ after: 2 h, feed: { strategy: constant, rate: 1 L/h } }, { after: 1 h, feed: { strategy: constant, rate: 1 L/h } }]',
    ),
    'then:',
    /entry 3 is 1 h/,
    /Correct the feed/,
  ],
  [
    'an end that neither rises nor falls',
    swap('for: 10 h', 'at most: 10 h, ends on: { signal: DO }'),
    'ends on',
    /rises or falls: it says neither/,
    /rises by: 20 %/,
  ],
  [
    'an end in another unit',
    swap('for: 10 h', 'at most: 10 h, ends on: { signal: DO, rises by: 2 g/L }'),
    'rises by',
    /in %, and its change in g\/L/,
    /change in %/,
  ],
  [
    'an end that may never come',
    swap('for: 10 h', 'ends on: { signal: DO, rises by: 20 % }'),
    'fed-batch',
    /ends only when `DO` changes/,
    /at most: 24 h/,
  ],
  [
    'a place in the procedure too deep',
    swap('for: 10 h', 'for: 10 h, in: a / b / c'),
    'in: a',
    /no place of the phase `fed-batch`/,
    /Fermentation \/ Feeding/,
  ],
  [
    'a state that lasts less than no time',
    swap('recipe:', 'states: { holding: { for: -1 h } }\nrecipe:'),
    'states:',
    /state `holding` would last -1 h/,
    /5 min/,
  ],
  [
    'a remote feed without a fallback',
    swap('strategy: exponential, mu: 0.20 1/h', 'strategy: remote'),
    'strategy: remote',
    /The remote feed of `fed-batch` has no `fallback`/,
    /strategy: constant/,
  ],
  [
    'a remote feed where nobody is let in',
    swap('strategy: exponential, mu: 0.20 1/h', 'strategy: remote, fallback: { strategy: exponential, mu: 0.2 1/h }'),
    'strategy: remote',
    /lets no foreign controller in/,
    /answers within: 1 min/,
  ],
  [
    'words that are no condition',
    swap('until: glucose is exhausted', 'until: glucose is exausted'),
    'until:',
    /no condition\. Did you mean `glucose is exhausted`/,
    /S < 0\.05 g\/L/,
  ],
  [
    'a decimal comma',
    swap('charge: { volume: 6 L', 'charge: { volume: 6,5 L'),
    'charge:',
    /`5 L` is not a name/,
    /decimal point, as 4\.5 L/,
  ],
  [
    'an input without a unit',
    swap(/stirrer: \d+ rpm/, 'stirrer: 900'),
    'stirrer:',
    /in rpm, and the new value has no unit/,
    /in rpm/,
  ],
  [
    'a growth rate below zero',
    swap('mu: 0.20 1/h', 'mu: -0.20 1/h'),
    'mu:',
    /is -0\.2 1\/h; it must be above 0/,
    /mu: 0\.2 1\/h/,
  ],
  [
    'a feed of water',
    swap(/feed: \{ S: \d+ g\/L/, 'feed: { S: 0 g/L'),
    'strategy:',
    /counts on `S` in the stream `feed`, which holds 0 g\/L/,
    /S: 500 g\/L/,
  ],
  ['a file that is no mapping', () => 'twelve', 'twelve', /The file is `twelve`, where a mapping/, /keys scenario/],
  [
    'a phase that may be held for ever',
    swap('for: 10 h', 'for: 10 h, hold when: DO < 15 %'),
    'hold when',
    /may be held for ever/,
    /at most: 24 h/,
  ],
  [
    'a hold that is no limit',
    swap('for: 10 h', 'for: 10 h, at most: 20 h, hold when: oxygen is low for 5 min'),
    'hold when',
    /`oxygen is low` is not a limit/,
    /DO < 15 %/,
  ],
  [
    'a hold after no time',
    swap('for: 10 h', 'for: 10 h, at most: 20 h, hold when: DO < 15 % for long'),
    'hold when',
    /`long` is no time/,
    /for 5 min/,
  ],
];

describe('a scenario is refused with place, value and remedy for', () => {
  it.each(cases)('%s', (_, change, marker, says, remedy) => {
    const problem = firstProblem(change);
    expect(problem.says).toMatch(says);
    expect(problem.remedy).toMatch(remedy);
    expect(problem.place?.file).toBe(scenarioFile());
    const line = change(original).split('\n')[problem.place!.line - 1]!;
    expect(line).toContain(marker);
    expect(problem.place!.column).toBeGreaterThan(0);
    expect(problem.place!.column).toBeLessThanOrEqual(line.length + 1);
  });

  it('a setting that leads nowhere, with the setting as its place', () => {
    expect(firstProblem((text) => text, ['organism.qSmaxx=1 g/g/h'])).toMatchObject({
      place: { file: '--set organism.qSmaxx' },
      says: 'There is no parameter or input `organism.qSmaxx`. Did you mean `organism.qSmax`?',
    });
    expect(firstProblem((text) => text, ['recipe.9.for=1 h'])).toMatchObject({ code: 'MODEL_OVERRIDE_PATH' });
    expect(firstProblem((text) => text, ['nonsense'])).toMatchObject({ code: 'STATION_SETTING_FORM' });
    expect(firstProblem((text) => text, ['charge.X=0.2 g'])).toMatchObject({ place: { file: '--set charge.X' } });
  });

  it('a folder that holds no scenario', () => {
    expect(() => loadScenario(folder)).toThrow(/holds no scenario\.yaml/);
    expect(() => loadScenario(join(folder, 'nowhere'))).toThrow(/no file or folder/);
  });

  it('everything at once, not only the first', () => {
    writeFileSync(scenarioFile(), original.replace('seed: 42', 'seed: many').replace('scan: 1 s', 'scan: 1 g'));
    try {
      expect(() => loadScenario(scenario())).toThrowError(/seed.*\n[\s\S]*scan|scan[\s\S]*seed/);
    } finally {
      writeFileSync(scenarioFile(), original);
    }
  });
});

describe('a setting', () => {
  const parameterOf = (setting: string, id: string): number => {
    const { model } = loadScenario(scenario(), [setting]);
    return model.parameters.find((parameter) => parameter.id === id)!.value;
  };

  it('replaces a value of the charge, of a stream, of a component or an input', () => {
    expect(parameterOf('charge.X=0.3 g/L', 'charge.X')).toBe(0.3);
    expect(parameterOf('streams.feed.S=400 g/L', 'streams.feed.S')).toBe(400);
    expect(parameterOf('organism.qSmax=0.7 g/g/h', 'organism.qSmax')).toBe(0.7);
    expect(parameterOf('vessel.stirrer=600 rpm', 'vessel.stirrer')).toBe(36_000);
  });

  it('reaches into the recipe by the name or the number of a phase, and makes what is not there', () => {
    const plan = (setting: string) => loadScenario(scenario(), [setting]).plan;
    expect(plan('recipe.fed-batch.for=3 h').phases[1]!.forH).toBe(3);
    expect(plan('recipe.2.fed-batch.for=4 h').phases[1]!.forH).toBe(4);
    expect(plan('solver.method=rodas5p').method).toBe('rodas5p');
  });
});

describe('a recipe', () => {
  it('can wait for an event that a component declares, at its exact time', async () => {
    const file = join(folder, 'scenarios', 'event', 'scenario.yaml');
    mkdirSync(join(folder, 'scenarios', 'event'));
    writeFileSync(
      file,
      `scenario: waits for events
organism: ../../organisms/TestStrain-product.yaml
vessel: ../../vessels/volume-only.yaml
components: { feed: ../../components/exponential-feed.yaml, clock: ../../clock.yaml }
charge: { volume: 1 L, X: 2 g/L, S: 10 g/L }
streams: { program: { S: 300 g/L } }
parameters: { feed.limit: 0.1 g/L }
recipe:
  - batch: { until: feed.start, at most: 9 h }
  - fed: { until: clock.noon, at most: 9 h }
scan: 1 min
`,
    );
    writeFileSync(
      join(folder, 'clock.yaml'),
      'component: Clock\nsource: test\nevents: { noon: { at: 7.3125 h, says: noon } }\n',
    );
    const result = await runScenario(loadScenario(file));
    expect(result.phases[0]!.toH).toBeCloseTo(5.1495426208, 6);
    expect(result.phases[1]).toMatchObject({ toH: 7.3125, endedBy: 'clock.noon' });
    expect(result.events.filter(({ kind }) => kind === 'event').map(({ subject }) => subject)).toEqual([
      'feed.start',
      'clock.noon',
    ]);
  });
});
