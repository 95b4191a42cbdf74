import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Users } from './users.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-users-'));
const path = join(folder, 'users.json');
afterAll(() => rmSync(folder, { recursive: true }));

let users: Users;
beforeEach(() => {
  rmSync(path, { force: true });
  users = Users.open(path);
  users.put({ name: 'ann', role: 'operator' });
  users.put({ name: 'ben', role: 'observer' });
});

describe('a token', () => {
  it('says whose it is, also after the station was opened again, and its secret is kept nowhere', () => {
    const { token, text } = users.addToken('ann', 'a notebook', null);
    const again = Users.open(path);
    expect(again.ofToken(text)).toMatchObject({ user: { name: 'ann', role: 'operator' }, id: token.id });
    expect(readFileSync(path, 'utf8')).not.toContain(text.split('_').at(-1));
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('is nobody when one letter differs, when it belongs to another id, or when it has another form', () => {
    const { text } = users.addToken('ann', 'one', null);
    const { text: other } = users.addToken('ben', 'two', null);
    const [, id, secret] = /^fb_([0-9a-f]+)_(.*)$/.exec(text)!;
    const wrong = [
      `fb_${id}_${secret!.slice(0, -1)}${secret!.endsWith('A') ? 'B' : 'A'}`,
      `fb_${/^fb_([0-9a-f]+)/.exec(other)![1]}_${secret}`,
      `fb_000000000000_${secret}`,
      text.slice(3),
      `${text} `,
      '',
      'fb__',
    ];
    for (const one of wrong) expect(users.ofToken(one), one).toBeUndefined();
  });

  it('ends when its time has come', () => {
    vi.useFakeTimers({ now: Date.parse('2026-03-01T12:00:00Z') });
    const { text } = users.addToken('ann', 'short', '2026-03-01T13:00:00Z');
    vi.setSystemTime(Date.parse('2026-03-01T12:59:59.999Z'));
    expect(users.ofToken(text)?.user.name).toBe('ann');
    vi.setSystemTime(Date.parse('2026-03-01T13:00:00Z'));
    expect(users.ofToken(text)).toBeUndefined();
    users.addToken('ann', 'next', null);
    expect(users.list.find(({ name }) => name === 'ann')!.tokens).toHaveLength(1);
    vi.useRealTimers();
  });

  it('ends when its owner takes it away, and nobody else can', () => {
    const { token, text } = users.addToken('ann', 'one', null);
    expect(users.removeToken('ben', token.id)).toBe(false);
    expect(users.ofToken(text)).toBeDefined();
    expect(users.removeToken('ann', token.id)).toBe(true);
    expect(users.ofToken(text)).toBeUndefined();
    expect(Users.open(path).ofToken(text)).toBeUndefined();
    expect(users.removeToken('ann', token.id)).toBe(false);
  });

  it('gives the role that its owner has now', () => {
    const { text } = users.addToken('ann', 'one', null);
    users.put({ ...users.list.find(({ name }) => name === 'ann')!, role: 'observer' });
    expect(users.ofToken(text)!.user.role).toBe('observer');
  });
});

describe('a users file', () => {
  it('is refused when a token in it is none, and is not written over', () => {
    const text = JSON.stringify([{ name: 'ann', role: 'operator', tokens: [{ id: 'x', label: 'one', hash: 'y' }] }]);
    writeFileSync(path, text);
    expect(() => Users.open(path)).toThrow('is no user');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
