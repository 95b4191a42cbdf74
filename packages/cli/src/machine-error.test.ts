import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { machineProblems } from './machine-error.ts';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-machine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('tells a folder that cannot be made in words, not by a stack', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const out = new TestTerminal();
  const code = await main(['serve', '--opcua', 'off', '--http', '0', '--data', join(file, 'data')], out);
  expect([code, out.said]).toEqual([
    exitCodes.badInput,
    expect.stringMatching(/file.data cannot be used: ENOTDIR[\s\S]*See that/),
  ]);
});

it('tells a full disk with the file, and nothing of an error of our own', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
    path: 'out/samples.csv',
  });
  expect(machineProblems(full)).toMatchObject([
    {
      says: 'out/samples.csv cannot be used: ENOSPC: no space left on device, write.',
      remedy: expect.stringMatching(/^Make room/),
    },
  ]);
  expect(machineProblems(new TypeError('x is not a function'))).toBeUndefined();
});
