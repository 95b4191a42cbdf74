import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-optimise-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sims = resolve(import.meta.dirname, '../../../sims');

/** Growth that too much substrate inhibits: fastest at S = sqrt(Ks Ki) (Andrews 1968, Biotechnol. Bioeng. 10, 707). */
function scenario(name: string, expected: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  const beside = relative(path, sims);
  writeFileSync(
    join(path, 'scenario.yaml'),
    `scenario: how fast it grows at first
organism: ${beside}/organisms/Andrews1968-haldane.yaml
vessel: ${beside}/vessels/volume-only.yaml
charge: { volume: 1 L, X: 0.1 g/L, S: 1 g/L }
recipe:
  - growth: { for: 1 min }
scan: 1 min
key figures: [specific growth rate at start]
expect: [${expected}]
`,
  );
  return path;
}

interface Found {
  readonly best: { readonly values: readonly number[]; readonly figure: number; readonly missed: number };
  readonly ended: string;
  readonly candidates: readonly object[];
  readonly settings: readonly string[];
}

async function search(
  path: string,
  out: string,
  ...more: string[]
): Promise<{ code: number; found: Found; said: string }> {
  const terminal = new TestTerminal();
  const args = ['optimise', path, '--maximise', 'specific growth rate at start', '--out', join(folder, out), '--json'];
  const code = await main([...args, ...more], terminal);
  return { code, found: JSON.parse(terminal.printed || 'null') as Found, said: terminal.said };
}

const range = ['--vary', 'charge.S=0.1..20 g/L'];
const bestS = Math.sqrt(1 * 10);
const bestMu = 0.5 / (1 + 2 * Math.sqrt(1 / 10));

describe('fedbatch optimise', () => {
  const free = scenario('free', '');

  it('finds the closed optimum, and settles there', async () => {
    const { code, found } = await search(free, 'found', ...range, '--evaluations', '200', '--workers', '2');
    expect(code).toBe(exitCodes.met);
    expect(found.ended).toBe('settled');
    expect(Math.abs(found.best.values[0]! / bestS - 1)).toBeLessThan(2e-3);
    expect(Math.abs(found.best.figure / bestMu - 1)).toBeLessThan(1e-6);
    expect(found.settings).toEqual([`charge.S=${found.best.values[0]} g/L`]);
    for (const file of ['candidates.csv', 'optimum.json', 'report.html', 'manifest.json'])
      expect(existsSync(join(folder, 'found', file)), file).toBe(true);
    const lines = readFileSync(join(folder, 'found', 'candidates.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(lines[0]).toBe('candidate,generation,charge.S [g/L],organism.mu.start [1/h],missed [-],outcome');
    expect(lines).toHaveLength(found.candidates.length + 1);
  });

  it('does the same with one worker and with two, and something else with another seed', async () => {
    const brief = [...range, '--evaluations', '24'];
    const one = await search(free, 'one', ...brief, '--workers', '1');
    await search(free, 'two', ...brief, '--workers', '2');
    const other = await search(free, 'other', ...brief, '--seed', '7');
    const table = (name: string): string => readFileSync(join(folder, name, 'candidates.csv'), 'utf8');
    expect(table('two')).toBe(table('one'));
    expect(table('other')).not.toBe(table('one'));
    expect([one.found.ended, other.found.ended]).toEqual(['spent', 'spent']);
  });

  it('stays inside what the scenario expects, as near to the optimum as that allows', async () => {
    const held = scenario('held', 'substrate at start at most 2 g/L');
    const { code, found } = await search(held, 'held-found', ...range, '--evaluations', '200');
    expect(code).toBe(exitCodes.met);
    expect(found.best.missed).toBe(0);
    expect(found.best.values[0]).toBeLessThanOrEqual(2);
    expect(found.best.values[0]).toBeGreaterThan(1.98);
  });

  it('says which settings come nearest where none meets what is expected', async () => {
    const never = scenario('never', 'substrate at start at most 0.05 g/L');
    const { code, found } = await search(never, 'never-found', ...range, '--evaluations', '120');
    expect(code).toBe(exitCodes.missed);
    expect(found.best.missed).toBeGreaterThan(0);
    expect(found.best.values[0]).toBeLessThan(0.15);
  });

  it.each([
    [['--vary', 'charge.S=20..0.1 g/L'], /ends at 0.1, which is not above 20/],
    [['--vary', 'charge.S=0.1 to 20 g/L'], /is not path=low..high/],
    [['--vary', 'charge.S=0.1..20 1/h'], /charge.S/],
    [['--vary', 'charge.Q=0.1..20 g/L'], /no state or species `Q`|`Q`/],
    [[], /Nothing is named to search for/],
    [[...range, '--minimise', 'biomass at end'], /One figure is wanted/],
    [[...range, '--evaluations', '2'], /--evaluations is `2`/],
  ] as const)('refuses %j before anything runs', async (more, says) => {
    const { code, said } = await search(free, 'refused', ...more);
    expect(code).toBe(exitCodes.badInput);
    expect(said).toMatch(says);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  it('refuses a figure that the scenario has not, and names those that it has', async () => {
    const terminal = new TestTerminal();
    const args = ['optimise', free, '--maximise', 'biomas at end', ...range, '--out', join(folder, 'refused')];
    expect(await main(args, terminal)).toBe(exitCodes.badInput);
    expect(terminal.said).toMatch(/no key figure `biomas at end`[\s\S]*Key figures are specific growth rate at start/);
  });
});
