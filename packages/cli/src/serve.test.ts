import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Users } from '@fedbatch/station';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { addUser } from './commands/users.ts';
import { exitCodes } from './exit-codes.ts';
import { main } from './program.ts';
import { TestTerminal } from './test-terminal.ts';

vi.setConfig({ testTimeout: 60_000 });
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
    [['--clock', 'fast'], /clock is `fast`.*[\s\S]*lockstep/],
    [['--clock', 'x0'], /clock is `x0`/],
    [['--profile', 'opc'], /--profile is `opc`.*[\s\S]*lads or flat/],
    [['--flush', 'never'], /--flush is `never`/],
    [['--stamps', 'gps'], /--stamps is `gps`/],
    [['--opcua', 'four'], /--opcua is `four`/],
    [['--http', '70000'], /--http is `70000`.*0 to 65535/],
    [['--insecure-lab', '--host', '0.0.0.0'], /OPC UA to whoever reaches 0\.0\.0\.0[\s\S]*HTTP to whoever reaches/],
    [['--opcua', 'off', '--http', 'off'], /OPC UA and HTTP are both off/],
    [['--key', 'key.pem'], /--key alone/],
    [['--config', 'none.yaml'], /no configuration none\.yaml/],
    [
      ['--opcua', 'off', '--http', '0', '--certificate', 'none.pem', '--key', 'none.pem'],
      /certificate none\.pem with the key none\.pem cannot be used: ENOENT/,
    ],
  ])('refuses %s with a sentence, and starts nothing', async (options, says) => {
    const { code, text } = await said('serve', scenario, '--data', join(data, 'refused'), ...options);
    expect(code).toBe(exitCodes.badInput);
    expect(text).toMatch(says);
  });

  it('refuses to serve nothing over OPC UA alone', async () => {
    const { code, text } = await said('serve', '--http', 'off', '--data', join(data, 'refused'));
    expect(code).toBe(exitCodes.badInput);
    expect(text).toMatch(/No plant is named/);
  });

  it.each([
    ['--opcua', '--http'],
    ['--http', '--opcua'],
  ])(
    'says so when the port of %s is taken',
    async (option, other) => {
      const taken = createServer();
      const port = await new Promise<number>((done) => {
        taken.listen(0, '127.0.0.1', () => done((taken.address() as { port: number }).port));
      });
      const options = ['--data', join(data, 'taken'), '--profile', 'flat', option, String(port), other, 'off'];
      const { code, text } = await said('serve', scenario, ...options);
      taken.close();
      expect(code).toBe(exitCodes.badInput);
      expect(text).toMatch(/cannot be listened on: EADDRINUSE/);
      expect(text).toContain(`choose another with ${option}`);
    },
    30_000,
  );
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

  it('makes a token whose text goes to standard output alone, lists it without its secret, and ends it', async () => {
    const terminal = new TestTerminal();
    const made = await main(['users', 'token', 'ann', '--label', 'notebook', '--hours', '1', '--data', data], terminal);
    expect(made).toBe(exitCodes.met);
    const text = terminal.printed.trim();
    const known = Users.open(join(data, 'users.json')).ofToken(text);
    expect(known?.user.name).toBe('ann');
    const { expires } = known!.user.tokens![0]!;
    expect(Date.parse(expires!) - Date.now()).toBeGreaterThan(3.5e6);
    expect(Date.parse(expires!) - Date.now()).toBeLessThanOrEqual(3.6e6);
    const listed = (await said('users', 'list', '--data', data)).text;
    expect(listed).toContain(`token ${known!.id}  notebook  until ${expires}`);
    expect(listed).not.toContain(text.slice(-20));
    expect((await said('users', 'revoke', 'ann', known!.id, '--data', data)).code).toBe(exitCodes.met);
    expect(Users.open(join(data, 'users.json')).ofToken(text)).toBeUndefined();
    expect((await said('users', 'revoke', 'ann', known!.id, '--data', data)).text).toMatch(/ann has no token/);
  });

  it.each([
    [['ann', '--hours', '0'], /--hours is `0`/],
    [['ann', '--hours', 'ever'], /--hours is `ever`/],
    [['ann', '--label', 'x'.repeat(81)], /--label has 81 characters/],
    [['nemo'], /has no user `nemo`/],
  ])('refuses a token that cannot be: %s', async (args, says) => {
    const { code, text } = await said('users', 'token', ...args, '--data', data);
    expect(code).toBe(exitCodes.badInput);
    expect(text).toMatch(says);
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
