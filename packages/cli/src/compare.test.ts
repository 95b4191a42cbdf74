import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

const sims = resolve(import.meta.dirname, '../../../sims');
const place = mkdtempSync(join(tmpdir(), 'fedbatch-compare-'));

const study = (strategies: string, more = ''): string => `study: two ways to feed
scenario: ${relative(place, join(sims, 'scenarios/ecoli-exponential'))}
members: 6
vary: { organism.qSmax: 10 %, charge.X: 0.15..0.2 g/L }
set: { scan: 5 min, record.every: 30 min }
${more}
strategies:
${strategies}
`;
const two =
  '  mu 0.20: {}\n  mu 0.15: { says: slower, set: { recipe.fed-batch.feed.mu: 0.15 1/h } }\n  the same again: {}\n';

async function compare(text: string, to: string, ...more: readonly string[]) {
  const out = new TestTerminal();
  const file = join(place, 'study.yaml');
  writeFileSync(file, text);
  const folder = join(place, to);
  const code = await main(['compare', file, '--out', folder, ...more], out);
  const { printed, said } = out;
  return { code, printed, said, read: (name: string) => readFileSync(join(folder, name), 'utf8') };
}

describe('fedbatch compare', () => {
  it('lets strategies meet the same plants, and finds what differs and what does not', async () => {
    const { code, printed, read } = await compare(study(two), 'first', '--workers', '2');
    expect(code).toBe(exitCodes.met);
    expect(printed).toMatch(/3 strategies on the same 6 plants/);
    expect(printed).toMatch(/biomass at end +[\d.]+ +[\d.]+\* +[\d.]+ +g\/L/);
    const rows = read('comparison.csv')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const row = (strategy: string, figure: string) =>
      rows.find(([s, f]) => s === strategy && f === figure)!.map(Number);
    const slower = row('mu 0.15', 'X.end');
    expect(slower[9]).toBeLessThan(0);
    expect(slower[11]).toBeLessThan(0);
    expect(slower[12]).toBe(6);
    // The floor: a strategy against itself differs by nothing at all.
    expect(row('the same again', 'X.end').slice(9, 12)).toEqual([0, 0, 0]);
    const members = (folder: string): string[][] =>
      read(`${folder}/members.csv`)
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(2, 4));
    expect(members('02-mu-0-15')).toEqual(members('01-mu-0-20'));
    for (const table of ['comparison', '02-mu-0-15/members', '02-mu-0-15/envelopes', '02-mu-0-15/sensitivity'])
      expect(read(`${table}.parquet`).slice(0, 4), table).toBe('PAR1');
    expect(read('report.html')).toMatch(/less mu 0\.20/);
    expect(read('report.html')).not.toMatch(/NaN|undefined|<script/);
    expect(JSON.parse(read('manifest.json'))).toMatchObject({ format: 'fedbatch-comparison', ended: 'complete' });
  });

  it('gives the same table with one worker, and in two goes', async () => {
    const expected = readFileSync(join(place, 'first', 'comparison.csv'), 'utf8');
    const one = await compare(study(two), 'one', '--workers', '1', '--members', '3', '--quiet');
    expect(one.read('comparison.csv')).not.toBe(expected);
    const again = await compare(study(two), 'one', '--resume', '--json');
    expect(again.read('comparison.csv')).toBe(expected);
    expect(JSON.parse(again.printed).strategies.map(({ name }: { name: string }) => name)).toHaveLength(3);
  });

  it.each([
    ['one strategy alone', study('  mu 0.20: {}\n'), /one strategy; there is nothing to compare/],
    [
      'a setting that is no place',
      study('  a: {}\n  b: { set: { recipie.x: 1 } }\n'),
      /no parameter.*recipie\.x|recipie\.x/,
    ],
    ['a key that is not known', study(two, 'seeds: 3'), /key `seeds` is not known/],
    [
      'a scenario that is not there',
      study('  a: {}\n  b: { scenario: nowhere.yaml }\n'),
      /no file or folder .*nowhere\.yaml/,
    ],
    [
      'a quantity that is not there',
      study(two).replace('organism.qSmax', 'organism.qSmin'),
      /no quantity `organism.qSmin`/,
    ],
    ['an empty file', '', /holds nothing/],
  ])('refuses %s', async (_, text, says) => {
    const { code, said } = await compare(text, 'refused');
    expect(code).toBe(exitCodes.badInput);
    expect(said).toMatch(says);
  });

  it('does not take a folder that holds other files', async () => {
    mkdirSync(join(place, 'letters'));
    writeFileSync(join(place, 'letters', 'letter.txt'), 'dear');
    const { code, said } = await compare(study(two), 'letters');
    expect([code, said]).toEqual([exitCodes.badInput, expect.stringMatching(/holds other files/)]);
  });
});

describe('the shipped studies', () => {
  it.each(readdirSync(join(sims, 'studies')))('%s runs, on three plants', async (name) => {
    const out = new TestTerminal();
    const folder = join(place, name);
    const code = await main(['compare', join(sims, 'studies', name), '--members', '3', '--out', folder], out);
    expect([code, out.said, out.printed]).toEqual([
      exitCodes.met,
      '',
      expect.stringMatching(/strategies on the same 3 plants/),
    ]);
  });
});
