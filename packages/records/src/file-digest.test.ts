import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeWhole } from './file-digest.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-digest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A file of the system that is always full stands in for a full disk.
it.skipIf(!existsSync('/dev/full'))('leaves no half of a file on a full disk, and says which it was', () => {
  symlinkSync('/dev/full', join(folder, '.part-samples.csv'));
  expect(() => writeWhole(folder, 'samples.csv', ['1,2\n'])).toThrow(
    expect.objectContaining({ code: 'ENOSPC', path: join(folder, 'samples.csv') }),
  );
  expect(readdirSync(folder)).toEqual([]);
});
