import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario, type RunResult, runScenario } from '@fedbatch/station';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, 'scenarios');
const scenarios = readdirSync(folder);

/** Samples between two rows of an expected trajectory. */
const everyHours = 0.5;
/** Relative to the largest value of the column. */
const usualTolerance = 1e-6;

interface Expected {
  readonly titles: readonly string[];
  readonly tolerances: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

function readExpected(text: string): Expected {
  const [titles, tolerances, ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  expect(tolerances![0]).toBe('tolerance');
  return { titles: titles!, tolerances: tolerances!.map(Number), rows: rows.map((row) => row.map(Number)) };
}

/** What a run would have as its expected trajectory: concentrations, volumes and inputs twice an hour. */
function trajectoryOf({ samples }: RunResult): Expected {
  const kept = samples.channels.flatMap(({ kind }, c) => (kind === 'quantity' ? [] : [c]));
  const rows: number[][] = [];
  let next = 0;
  samples.timeH.forEach((time, i) => {
    if (time < next - 1e-9) return;
    next = (Math.round(time / everyHours) + 1) * everyHours;
    rows.push([time, ...kept.map((c) => samples.columns[c]![i]!)]);
  });
  const titles = ['time [h]', ...kept.map((c) => `${samples.channels[c]!.id} [${samples.channels[c]!.unit}]`)];
  return { titles, tolerances: titles.map(() => usualTolerance), rows };
}

function textOf({ titles, tolerances, rows }: Expected): string {
  const lines = [
    titles.join(','),
    ['tolerance', ...tolerances.slice(1)].join(','),
    ...rows.map((row) => row.map((value) => Number(value.toPrecision(12))).join(',')),
  ];
  return `${lines.join('\n')}\n`;
}

describe.each(scenarios)('the scenario %s', (name) => {
  const run = async (...settings: string[]) => runScenario(loadScenario(join(folder, name), settings));

  it('completes, meets every expectation and follows its expected trajectory', async () => {
    const result = await run();
    expect(result.outcome.says).toMatch(/^The recipe ended/);
    for (const { text, met, value } of result.expectations) expect(met, `${text} (found ${value})`).toBe(true);
    const file = join(folder, name, 'expected.csv');
    const found = trajectoryOf(result);
    // A golden file changes only in a commit that says why.
    if (process.env.UPDATE_EXPECTED !== undefined) writeFileSync(file, textOf(found));
    expect(existsSync(file), `${file} is missing; write it with UPDATE_EXPECTED=1`).toBe(true);
    const expected = readExpected(readFileSync(file, 'utf8'));
    expect(found.titles).toEqual(expected.titles);
    expect(found.rows.length).toBe(expected.rows.length);
    expected.titles.forEach((title, c) => {
      // A late sensor has no value at first: none must be found where none is expected.
      const pairs = expected.rows.map((row, r) => [row[c]!, found.rows[r]![c]!] as const);
      const known = pairs.filter(([wanted, value]) => !(Number.isNaN(wanted) && Number.isNaN(value)));
      const largest = Math.max(1e-9, ...known.map(([wanted]) => Math.abs(wanted)));
      const worst = Math.max(...known.map(([wanted, value]) => Math.abs(wanted - value)));
      if (c > 0) expect(worst / largest, title).toBeLessThan(expected.tolerances[c]!);
    });
  });

  it('gives the same samples to the bit when it is run again', async () => {
    const bytes = async () => JSON.stringify((await run()).samples.columns.map((column) => [...column].slice(-50)));
    expect(await bytes()).toBe(await bytes());
  });

  it('says what it is in a README of its own', () => {
    expect(readFileSync(join(folder, name, 'README.md'), 'utf8').length).toBeGreaterThan(100);
  });
});

describe('the closed E. coli in its vessel', () => {
  it.each(['tsit5', 'rodas5p', 'auto', 'odex'])(
    'keeps C, N, O, H, charge, electrons and mass to 1e-9 over the run with %s',
    async (method) => {
      const { audit, outcome } = await runScenario(
        loadScenario(join(folder, 'ecoli-exponential'), [`solver.method=${method}`, 'scan=10 s']),
      );
      expect(outcome.kind).toBe('complete');
      expect(audit.balances).toHaveLength(7);
      for (const { balance, relative } of audit.balances) expect(relative, balance).toBeLessThan(1e-9);
      expect(audit.openReactions).toEqual([]);
    },
  );

  it('takes no more oxygen than the gas brought', async () => {
    const { audit } = await runScenario(loadScenario(join(folder, 'ecoli-exponential'), ['scan=1 min']));
    const oxygen = audit.balances.find(({ balance }) => balance === 'oxygen')!;
    expect(oxygen.in).toBeGreaterThan(oxygen.out);
  });
});

describe('the oxygen collapse', () => {
  it('runs through in under 20,000 right-hand-side calls', async () => {
    const { work, outcome } = await runScenario(loadScenario(join(folder, 'ecoli-oxygen-collapse')));
    expect(outcome.kind).toBe('complete');
    expect(work.rhsCalls).toBeLessThan(20_000);
  });
});
