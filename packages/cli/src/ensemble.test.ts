import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

const scenario = resolve(import.meta.dirname, '../../../sims/scenarios/ecoli-exponential');
const place = mkdtempSync(join(tmpdir(), 'fedbatch-ensemble-'));

async function ensemble(
  folder: string,
  ...more: readonly string[]
): Promise<{ code: number; printed: string; said: string; member: (name: string) => string }> {
  const out = new TestTerminal();
  const path = join(place, folder);
  const code = await main(
    ['ensemble', scenario, '--out', path, '--set', 'scan=5 min', '--set', 'record.every=30 min', ...more],
    out,
  );
  const { printed, said } = out;
  return { code, printed, said, member: (name) => readFileSync(join(path, name), 'utf8') };
}

describe('fedbatch ensemble', () => {
  it('runs members over the spread that files state, and writes tables, a report and a manifest', async () => {
    const { code, printed, member } = await ensemble('first', '--members', '12', '--workers', '2');
    // Oxygen runs short in some members, which the scenario does not want.
    expect(code).toBe(exitCodes.missed);
    expect(printed).toMatch(/12 of 12 members \(sobol, seed 42\), 2 quantities vary/);
    expect(printed).toMatch(/biomass at end +\d/);
    const lines = member('members.csv').trim().split('\n');
    expect(lines).toHaveLength(13);
    expect(lines[0]).toMatch(/^member,outcome,organism\.qSmax \[g\/g\/h\],vessel\.kLaFactor \[/);
    expect(new Set(lines.slice(1).map((line) => line.split(',')[2])).size).toBe(12);
    expect(member('envelopes.csv').split('\n')[0]).toMatch(/^time \[h\],members,X p5 \[g\/L\],X p25/);
    expect(member('report.html')).toMatch(/All 12 members ran to their end/);
    expect(member('report.html')).not.toMatch(/NaN|undefined|<script/);
    // On a telephone a wide table is scrolled, and not the page with it.
    expect(member('report.html')).toMatch(/<div class="scroll"[^>]*><table>(?:(?!<\/table>).)*share of the variance/s);
    expect(JSON.parse(member('manifest.json'))).toMatchObject({ format: 'fedbatch-ensemble', members: 12 });
  });

  it('leaves the same bytes however many workers run its members, and whether at once or in two goes', async () => {
    const whole = ['members.csv', 'members.parquet', 'envelopes.csv', 'progress.jsonl', 'trajectories.f32'];
    const bytesOf = (folder: string): readonly Buffer[] => whole.map((name) => readFileSync(join(place, folder, name)));
    await ensemble('one', '--members', '12', '--workers', '1', '--quiet');
    const expected = bytesOf('first');
    expect(bytesOf('one')).toEqual(expected);
    await ensemble('two', '--members', '5', '--quiet');
    // A kill leaves half a line and half a block.
    appendFileSync(join(place, 'two', 'progress.jsonl'), '{"index":5,"outc');
    appendFileSync(join(place, 'two', 'trajectories.f32'), 'half');
    const second = await ensemble('two', '--members', '12', '--resume', '--json');
    expect(bytesOf('two')).toEqual(expected);
    expect(second.said).toMatch(/"done":5,"members":12/);
    expect(JSON.parse(second.printed).members).toHaveLength(12);
  });

  it('varies what it is told to, as it is told to', async () => {
    const { printed } = await ensemble(
      ...['third', '--members', '8', '--design', 'latin', '--seed', '7', '--json'],
      ...['--vary', 'charge.X=0.1..0.3 g/L', '--vary', 'organism.Ks=lognormal 20 %'],
    );
    const { varied, members, design } = JSON.parse(printed);
    expect(design).toEqual({ kind: 'latin', members: 8, seed: 7 });
    expect(varied.map(({ drawn }: { drawn: string }) => drawn)).toEqual([
      'uniform, 0.1 .. 0.3 g/L',
      'lognormal, 0.037 g/L ± 20 %',
    ]);
    const inoculum = members.map(({ values }: { values: number[] }) => values[0]!).sort();
    inoculum.forEach((value: number, i: number) => {
      expect(value).toBeGreaterThan(0.1 + (0.2 * i) / 8);
      expect(value).toBeLessThan(0.1 + (0.2 * (i + 1)) / 8);
    });
  });

  it.each([
    ['an unknown design', ['--design', 'grid'], /no design `grid`.*\n.*sobol, latin, random/s],
    ['a number of members that is none', ['--members', '1.5'], /--members is `1.5`.*from 2 to/s],
    ['a quantity that is not there', ['--vary', 'organism.qsmax=10 %'], /no quantity `organism.qsmax`.*qSmax/s],
    ['a spread that is none', ['--vary', 'organism.qSmax=much'], /does not say how/],
    ['a spread in a unit of another kind', ['--vary', 'charge.X=0.1..0.3 h'], /`charge.X` is in g\/L/],
    ['a scenario that fails by itself', ['--set', 'charge.X=0 g/L'], /does not run to its end.*fedbatch run/s],
  ])('refuses %s', async (_, more, says) => {
    const { code, said } = await ensemble('refused', ...more);
    expect(code).toBe(exitCodes.badInput);
    expect(said).toMatch(says);
    expect(existsSync(join(place, 'refused', 'members.csv'))).toBe(false);
  });

  it('does not mix ensembles, nor take a folder that holds other files', async () => {
    const other = await ensemble('first', '--members', '12', '--resume', '--seed', '8');
    expect([other.code, other.said]).toEqual([
      exitCodes.badInput,
      expect.stringMatching(/members of another ensemble/),
    ]);
    writeFileSync(join(place, 'letter.txt'), 'dear');
    const foreign = await ensemble('.', '--members', '12');
    expect([foreign.code, foreign.said]).toEqual([exitCodes.badInput, expect.stringMatching(/holds other files/)]);
  });

  it('says how members were integrated: in lanes, or one by one and why', async () => {
    const { said, printed } = await ensemble(
      'one-by-one',
      '--members',
      '2',
      '--vary',
      'charge.X=10 %',
      '--workers',
      '1',
    );
    expect(said).toBe('');
    expect(printed).toContain(
      'Integrated one by one in JavaScript: the feed strategy of phase fed-batch acts at every scan.',
    );
    const law = resolve(import.meta.dirname, '../../../sims/scenarios/ecoli-feed-law');
    const run = async (folder: string, workers: string): Promise<string> => {
      const out = new TestTerminal();
      await main(['ensemble', law, '--out', join(place, folder), '--members', '40', '--workers', workers], out);
      expect(out.printed).toContain('Integrated in WebAssembly lanes, many members at once.');
      return readFileSync(join(place, folder, 'members.csv'), 'utf8');
    };
    expect(await run('lanes-1', '1')).toBe(await run('lanes-2', '2'));
  });
});
