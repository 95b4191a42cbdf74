import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Users } from '@fedbatch/station';
import { afterAll, describe, expect, it } from 'vitest';
import { addUser } from './commands/users.ts';
import { exitCodes } from './exit-codes.ts';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

const data = mkdtempSync(join(tmpdir(), 'fedbatch-cli-serve-'));
const scenario = resolve(import.meta.dirname, '../../../sims/scenarios/ecoli-exponential');
afterAll(() => rmSync(data, { recursive: true, force: true }));

async function said(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  const terminal = new TestTerminal();
  const code = await main(args, terminal);
  return { code, text: terminal.said + terminal.printed };
}

describe('fedbatch serve', () => {
  it.each([
    [['--clock', 'fast'], /--clock is `fast`.*[\s\S]*lockstep/],
    [['--clock', 'x0'], /--clock is `x0`/],
    [['--profile', 'opc'], /--profile is `opc`.*[\s\S]*lads or flat/],
    [['--flush', 'never'], /--flush is `never`/],
    [['--stamps', 'gps'], /--stamps is `gps`/],
    [['--port', 'four'], /--port is `four`/],
    [['--insecure-lab', '--host', '0.0.0.0'], /opens the plants to whoever reaches 0\.0\.0\.0/],
  ])('refuses %s with a sentence, and starts nothing', async (options, says) => {
    const { code, text } = await said('serve', scenario, '--data', join(data, 'refused'), ...options);
    expect(code).toBe(exitCodes.badInput);
    expect(text).toMatch(says);
  });

  it('says so when the port is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((done) => {
      other.listen(0, '127.0.0.1', () => done((other.address() as { port: number }).port));
    });
    const { code, text } = await said(
      'serve',
      scenario,
      '--data',
      join(data, 'taken'),
      '--profile',
      'flat',
      '--port',
      String(port),
    );
    other.close();
    expect(code).toBe(exitCodes.badInput);
    expect(text).toMatch(/cannot be listened on: EADDRINUSE/);
  }, 30_000);
});

describe('fedbatch users', () => {
  it('keeps a hash and no password, in a file for its owner alone', async () => {
    const terminal = new TestTerminal();
    const options = { data, role: 'operator' };
    expect(await addUser('ann', options, terminal, async () => 'correct horse')).toBe(exitCodes.met);
    const path = join(data, 'users.json');
    expect(readFileSync(path, 'utf8')).not.toContain('correct horse');
    expect(statSync(path).mode & 0o077).toBe(0);
    const users = Users.open(path);
    expect([users.check('ann', 'correct horse'), users.check('ann', 'wrong horse'), users.check('bob', 'x')]).toEqual([
      true,
      false,
      false,
    ]);
    expect((await said('users', 'list', '--data', data)).text).toMatch(/ann {2}operator/);
  });

  it('takes a certificate in the place of a password', async () => {
    expect(
      (await said('users', 'add', 'plc', '--role', 'operator', '--certificate', 'AB:CD:01', '--data', data)).code,
    ).toBe(exitCodes.met);
    const users = Users.open(join(data, 'users.json'));
    expect(users.ofCertificate('abcd01')?.name).toBe('plc');
    expect(users.check('plc', '')).toBe(false);
  });

  it('refuses roles, names and passwords that cannot be', async () => {
    const terminal = new TestTerminal();
    const short = async (): Promise<string> => 'short';
    await expect(addUser('ann', { data, role: 'king' }, terminal, short)).rejects.toThrow(/no role `king`/);
    await expect(addUser('a b', { data, role: 'operator' }, terminal, short)).rejects.toThrow(/no name of a user/);
    await expect(addUser('ann', { data, role: 'operator' }, terminal, short)).rejects.toThrow(
      /5 characters, and 8 is the least/,
    );
  });
});

describe('fedbatch opcua', () => {
  it('says who does not answer, and lists nobody where nobody was turned away', async () => {
    const { code, text } = await said(
      'opcua',
      'read',
      'Bioreactor1.feed.rate.setpoint',
      '--endpoint',
      'opc.tcp://localhost:9',
      '--pki',
      join(data, 'keys'),
    );
    expect(code).toBe(exitCodes.badInput);
    expect(text).toMatch(/opc\.tcp:\/\/localhost:9 lets nobody in/);
    expect((await said('opcua', 'trust', '--data', data)).text).toMatch(/Nobody was turned away/);
    expect((await said('opcua', 'trust', 'abcdef0123', '--data', data)).code).toBe(exitCodes.badInput);
    expect((await said('opcua', 'read', 'x', '--security', 'rot13')).text).toMatch(/no security `rot13`/);
  }, 30_000);

  it('writes the NodeSet2 of a scenario', async () => {
    const file = join(data, 'nodeset.xml');
    expect((await said('opcua', 'nodeset', scenario, '--out', file)).code).toBe(exitCodes.met);
    const xml = readFileSync(file, 'utf8');
    expect(xml).toMatch(/<UANodeSet/);
    expect(xml).toMatch(/Bioreactor1\.feed\.rate\.setpoint/);
    expect(xml).toMatch(/http:\/\/opcfoundation\.org\/UA\/LADS\//);
  }, 30_000);
});
