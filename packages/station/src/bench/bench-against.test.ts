import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baseCommit, repositoryOf } from './base-tree.ts';
import { type BenchResult, slowdowns } from './bench.ts';
import { benchAgainst } from './bench-against.ts';
import { bencherMetricFormat, benchMarkdown, githubActionBenchmark } from './bench-formats.ts';

const sims = resolve(import.meta.dirname, '../../../../sims');
const scenario = `scenario: A batch
organism: organism.yaml
vessel: vessel.yaml
charge: { volume: 1 L, X: 0.1 g/L, S: 10 g/L }
recipe: [{ batch: { for: 2 h } }]
scan: 1 min
`;

describe('scenarios of somebody who has no clone of Fedbatch', () => {
  let folder: string;
  let first: string;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  const commit = (): string => {
    git('add', '-A');
    git('commit', '-qm', 'state');
    return git('rev-parse', 'HEAD');
  };
  const bench = (base: string, name = 'batch.yaml'): Promise<BenchResult> =>
    benchAgainst({ repository: folder, base, cases: [{ name, scenario: name, settings: [], scans: 1000 }], pairs: 1 });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fedbatch-bench-'));
    git('init', '-q');
    copyFileSync(join(sims, 'organisms/Monod1949-kernel.yaml'), join(folder, 'organism.yaml'));
    copyFileSync(join(sims, 'vessels/volume-only.yaml'), join(folder, 'vessel.yaml'));
    writeFileSync(join(folder, 'batch.yaml'), scenario);
    first = commit();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are compared with the last commit while something has changed, with the one before once it is committed', () => {
    expect(repositoryOf(join(folder, 'batch.yaml'))).toBe(repositoryOf(folder));
    expect(baseCommit(folder, undefined)).toBeUndefined();
    appendFileSync(join(folder, 'batch.yaml'), 'solver: { method: tsit5, tolerance: 1e-13 }\n');
    expect(baseCommit(folder, undefined)).toBe(first);
    commit();
    expect(baseCommit(folder, undefined)).toBe(first);
    expect(baseCommit(folder, 'HEAD')).not.toBe(first);
    expect(() => baseCommit(folder, 'nowhere')).toThrow(/There is no commit `nowhere`/);
    expect(() => baseCommit(folder, '--output=x')).toThrow(/There is no commit/);
    expect(() => repositoryOf(tmpdir())).toThrow(/lies in no git repository/);
  });

  it('are left out where the other commit has them not, and refused where they cannot be run', async () => {
    writeFileSync(join(folder, 'new.yaml'), scenario);
    const result = await bench('HEAD', 'new.yaml');
    expect(result.rows).toEqual([]);
    expect(result.left).toEqual([{ name: 'new.yaml', says: 'it is not there in the commit compared with' }]);
    writeFileSync(join(folder, 'batch.yaml'), scenario.replace('1 L', '1 parsec'));
    await expect(bench('HEAD')).rejects.toThrow(/batch\.yaml cannot be run/);
  });
});

describe('a result', () => {
  const result: BenchResult = {
    base: '0123456789',
    pairs: 3,
    rows: [
      {
        name: 'batch',
        before: [1, 1, 1],
        now: [1.2, 1.21, 1.19],
        ratio: { median: 1.2, low: 1.19, high: 1.21 },
        rhsBefore: 6,
        rhsNow: 6,
      },
    ],
    left: [],
  };

  it('is slower where a scan takes more right-hand sides, however long it takes', () => {
    const [row] = result.rows;
    const more = { ...result, rows: [{ ...row!, rhsNow: 6.2 }] };
    expect(slowdowns(more, 2)).toEqual(['batch: 6.20 right-hand sides a scan, where 0123456 needs 6.00.']);
    expect(slowdowns({ ...result, rows: [{ ...row!, rhsNow: 6.1 }] }, 2)).toEqual([]);
  });

  it('is slower where the whole interval lies above the limit, and only there', () => {
    expect(slowdowns(result, 1.05)).toEqual(['batch: 1.200 times the time of 0123456, at least 1.190.']);
    expect(slowdowns(result, 1.195)).toEqual([]);
  });

  it('is written as github-action-benchmark, Bencher and Markdown have it', () => {
    expect(githubActionBenchmark(result)).toEqual([
      expect.objectContaining({
        name: 'batch',
        unit: 'µs a scan',
        value: 1.2,
        extra: expect.stringContaining('1.200'),
      }),
    ]);
    expect(bencherMetricFormat(result)).toEqual({
      batch: {
        latency: { value: 1200, lower_value: 1190, upper_value: 1210 },
        'right-hand-sides': { value: 6 },
      },
    });
    expect(benchMarkdown(result)).toContain('| batch | 1.20 | 1.200 | 1.190 .. 1.210 | 6.00 → 6.00 |');
  });
});
