import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectFile, loadScenario, runScenario } from '@fedbatch/station';
import { describe, expect, it } from 'vitest';

const organisms = join(import.meta.dirname, 'organisms');
const folder = join(import.meta.dirname, 'reference');

/** Every organism with the scenarios that hold it to data. */
const held = readdirSync(organisms).flatMap((file) => {
  const path = join(organisms, file);
  return (inspectFile(path).references ?? []).map(({ value }) => ({
    organism: file,
    scenario: join(organisms, value),
  }));
});

/** Largest deviation that a page may show, in % of the largest value of the reference; 1e-4 where nothing else is known. */
const allowed: Readonly<Record<string, number>> = {
  // The table has eight digits or the scenario samples between its rows.
  'bajpai_reuss_u10.yaml': 1e-3,
  'bpl_yeast_air_fedbatch_nominal.yaml': 0.02,
  'ecoli-anane-published/scenario.yaml': 0.01,
  // Variants that close, with limits of their own; one of them in a whole vessel.
  'bpl_cho_fedbatch_fig5_amribt_exp4-closed.yaml': 0.1,
  'bajpai_reuss_u10-closed.yaml': 1,
  'pensim_birol_noO2lim_F0.042-closed.yaml': 0.2,
  'hybridoma-fed-batch/scenario.yaml': 3,
};

describe('the references of the library', () => {
  it.each(held)('$organism stays by $scenario', async ({ organism, scenario }) => {
    const loaded = loadScenario(scenario);
    const { outcome, keyFigures, references } = await runScenario(loaded);
    expect(outcome.kind).toBe('complete');
    expect(loaded.inputs.map(({ path }) => path)).toContain(join(organisms, organism));
    const deviations = keyFigures.filter(({ id }) => id.endsWith('.deviation'));
    expect(deviations.length).toBe(references.length);
    expect(deviations.length).toBeGreaterThan(0);
    const limit = Object.entries(allowed).find(([end]) => scenario.endsWith(end))?.[1] ?? 1e-4;
    for (const { says, value } of deviations) expect([says, value < limit]).toEqual([says, true]);
  });

  it('leave no table of a trajectory and no scenario beside it unused', () => {
    const used = held.flatMap(({ scenario }) => loadScenario(scenario).inputs.map(({ path }) => path));
    const files = readdirSync(folder).filter((name) => /\.(csv|yaml)$/.test(name) && !name.includes('steady_state'));
    for (const name of files) expect(used, name).toContain(join(folder, name));
    expect(new Set(held.map(({ organism }) => organism)).size).toBeGreaterThan(11);
  });

  it('at rest are the numbers of the published tables', () => {
    const cells = (name: string): string[][] =>
      readFileSync(join(folder, name), 'utf8')
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','));
    const rows = new Map(cells('adm1_rosen_jeppsson_steady_state.csv').map((row) => [row[0]!, row[1]!]));
    const [titles, values] = cells('adm1_at_rest.csv');
    titles!.slice(1).forEach((title, i) => {
      const name = title.replace(/ .*/, '');
      expect(values![i + 1]).toBe(rows.get(name) ?? rows.get(`${name}_bar`));
    });
    const [streams, ...tanks] = cells('bsm1_openloop_steady_state.csv');
    const [places, found] = cells('bsm1_at_rest.csv');
    places!.slice(1).forEach((title, i) => {
      const [stream, species] = title.replace(/ .*/, '').split('.');
      expect(found![i + 1]).toBe(tanks.find(([name]) => name === stream)![streams!.indexOf(species!)]);
    });
  });

  it('name their schema in the first line', () => {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml')))
      expect(readFileSync(join(folder, name), 'utf8'), name).toMatch(
        /^# yaml-language-server: \$schema=\.\.\/schema\/scenario\.json\n/,
      );
  });
});
