import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { risenWork, type Work } from './work.ts';

describe('counts against the committed file', () => {
  const committed = JSON.parse(readFileSync(join(import.meta.dirname, '../../work.json'), 'utf8')) as Record<
    string,
    Work
  >;
  const changed = (count: string, value: number) => {
    const [name, work] = Object.entries(committed).at(-1)!;
    return risenWork(committed, { [name]: { ...work, [count]: value } });
  };

  it('pass where nothing rose, or by rounding alone', () => {
    expect(risenWork(committed, committed)).toEqual([]);
    const calls = Object.values(committed).at(-1)!.rhsCalls!;
    expect(changed('rhsCalls', calls - 500)).toEqual([]);
    expect(changed('rhsCalls', Math.floor(1.019 * calls))).toEqual([]);
  });

  it('fail on three in a hundred more, on a box a scan, and on a case that nobody knows', () => {
    const calls = Object.values(committed).at(-1)!.rhsCalls!;
    expect(changed('rhsCalls', Math.ceil(1.03 * calls))).toEqual([
      expect.stringMatching(/rhsCalls rose from \d+ to \d+/),
    ]);
    expect(changed('bytes a scan', 16)).toEqual([expect.stringMatching(/bytes a scan rose/)]);
    expect(risenWork(committed, { other: { rhsCalls: 1 } })).toEqual([expect.stringMatching(/not in work\.json/)]);
  });

  it('say that scans allocate nothing', () => {
    for (const [name, work] of Object.entries(committed))
      if ('bytes a scan' in work) expect([name, work['bytes a scan']! < 8]).toEqual([name, true]);
  });
});
