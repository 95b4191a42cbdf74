import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

const sims = resolve(import.meta.dirname, '../../../sims');

/** A repository of a user's with two scenarios, of which one is integrated far more tightly than it was. */
describe('fedbatch bench', () => {
  let folder: string;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, encoding: 'utf8' });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fedbatch-bench-'));
    git('init', '-q');
    copyFileSync(join(sims, 'organisms/Monod1949-kernel.yaml'), join(folder, 'organism.yaml'));
    copyFileSync(join(sims, 'vessels/volume-only.yaml'), join(folder, 'vessel.yaml'));
    for (const name of ['batch', 'steady'])
      writeFileSync(
        join(folder, `${name}.yaml`),
        `scenario: A ${name}
organism: organism.yaml
vessel: vessel.yaml
charge: { volume: 1 L, X: 0.1 g/L, S: 10 g/L }
recipe: [{ batch: { for: 10 h } }]
scan: 30 min
`,
      );
    git('add', '-A');
    git('commit', '-qm', 'one');
    appendFileSync(join(folder, 'batch.yaml'), 'solver: { method: tsit5, tolerance: 1e-13 }\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('names what takes more work than in the last commit, ends with 1, and writes what CI reads', async () => {
    const out = new TestTerminal();
    const scenarios = [join(folder, 'batch.yaml'), join(folder, 'steady.yaml')];
    const results = join(folder, 'bench');
    // A loaded machine may say anything about times; counts it cannot change.
    const code = await main(
      ['bench', ...scenarios, '--pairs', '1', '--limit', '1000', '--out', results, '--json'],
      out,
    );
    expect(code).toBe(1);
    const { slower, rows } = JSON.parse(out.printed);
    expect(slower).toEqual([expect.stringMatching(/^batch\.yaml: [\d.]+ right-hand sides a scan, where/)]);
    expect(rows[1].rhsNow).toBe(rows[1].rhsBefore);
    expect(rows.every(({ now, before }: { now: number[]; before: number[] }) => now.length + before.length === 2)).toBe(
      true,
    );
    const written = (name: string) => JSON.parse(readFileSync(join(results, name), 'utf8'));
    expect(written('bench.json')).toHaveLength(2);
    expect(Object.keys(written('bench.bmf.json'))).toEqual(['batch.yaml', 'steady.yaml']);
    expect(readFileSync(join(results, 'bench.md'), 'utf8')).toContain(slower[0]);
  });

  it('says what is wrong with its options, and with a commit that is none', async () => {
    const fails = async (...options: string[]): Promise<string> => {
      const out = new TestTerminal();
      expect(await main(['bench', join(folder, 'steady.yaml'), ...options], out)).toBe(2);
      return out.said;
    };
    expect(await fails('--limit', '0.5')).toContain('a ratio of times from 1 on');
    expect(await fails('--pairs', 'many')).toContain('--pairs');
    expect(await fails('--against', 'nowhere')).toContain('There is no commit `nowhere`');
  });
});
