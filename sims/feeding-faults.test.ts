import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Run } from '@fedbatch/runtime';
import { loadScenario } from '@fedbatch/station';
import { afterAll, describe, expect, it } from 'vitest';

const study = join(import.meta.dirname, 'studies/ecoli-strategies');
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));
const source = readFileSync(join(study, 'scenario.yaml'), 'utf8').replaceAll(
  '../../',
  `${relative(folder, import.meta.dirname)}/`,
);
/** The instruments of the study, and a glucose analyser. */
const instruments = readFileSync(join(study, 'instruments.yaml'), 'utf8').replace(
  'actuators:',
  '  glucose.analyser: { kind: analyser, reads: S, interval: 1 min, result: 1 min, relative noise: 3 % }\nactuators:',
);
writeFileSync(join(folder, 'instruments.yaml'), instruments);

/** Strategies with the tag that each lives by. */
const strategies = [
  ['mu-stat', 'OUR.analyser', 'strategy: mu-stat, mu: 0.25 1/h, uptake: OUR.analyser'],
  ['anchored on uptake', 'OUR.analyser', 'strategy: anchored, mu: 0.25 1/h, uptake: OUR.analyser'],
  ['anchored on biomass', 'biomass.assay', 'strategy: anchored, mu: 0.25 1/h, by: biomass.assay, stale after: 2.5 h'],
  ['oxygen-limited', 'OUR.analyser', 'strategy: oxygen-limited, mu: 0.25 1/h, at: 0.2 mol/L/h, uptake: OUR.analyser'],
  ['capacity', 'OUR.analyser', 'strategy: capacity, mu: 0.25 1/h, uptake: OUR.analyser'],
  ['probing', 'DO.probe', 'strategy: probing, mu: 0.2 1/h, by: DO.probe'],
  ['DO-stat', 'DO.probe', 'strategy: DO-stat, by: DO.probe, at: 60 %, dose: 0.006 L, over: 4 min'],
  ['pH-stat', 'pH.probe', 'strategy: pH-stat, by: pH.probe, at: 6.98, dose: 0.009 L, over: 4 min'],
  ['glucose', 'glucose.analyser', 'strategy: glucose, by: glucose.analyser, at: 0.5 g/L, stale after: 10 min'],
] as const;

describe.each(strategies)('the feed %s, without %s', (_, tag, feed) => {
  it.each(['drop-out', 'freeze'])('does not rise after a %s, and says what is wrong', (kind) => {
    const faultH = 7;
    const blindH = tag === 'biomass.assay' ? faultH + 2.6 : faultH + 0.25;
    const text = source
      .replace(/feed: \{ strategy: exponential, mu: 0.20 1\/h \}/, `feed: { ${feed} }`)
      .replace('for: 8 h', 'for: 7 h')
      .replace('recipe:', `faults:\n  - { kind: ${kind}, on: ${tag}, from: ${faultH} h, for: 20 h }\nrecipe:`)
      .replace(/expect:[\s\S]*/, '');
    writeFileSync(join(folder, 'scenario.yaml'), text.replace('record: { every: 5 min }', 'record: { every: 1 min }'));
    const run = new Run(loadScenario(folder).plan);
    while (!run.ended) run.scan();
    const { samples, events, outcome } = run.result();
    expect(outcome.kind).toBe('complete');
    const rates = samples.columns[samples.channels.findIndex(({ id }) => id === 'vessel.feedRate')]!;
    let last = Number.POSITIVE_INFINITY;
    let fed = 0;
    samples.timeH.forEach((timeH, i) => {
      if (timeH < faultH) fed += rates[i]!;
      if (timeH < blindH) return;
      expect(rates[i]!, `at ${timeH} h`).toBeLessThanOrEqual(last);
      last = rates[i]!;
    });
    expect(fed).toBeGreaterThan(0);
    expect(events.some(({ says, timeH }) => timeH >= faultH && says.includes('is missing, bad or stuck'))).toBe(true);
  });
});
