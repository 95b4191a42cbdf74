import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partsOf } from '@fedbatch/records';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Station } from './station.ts';
import { hashPassword, Users } from './users.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-users-'));
const path = join(folder, 'users.json');
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const ann = { name: 'ann', role: 'operator', password: hashPassword('ann-knows') } as const;
const bob = { name: 'bob', role: 'observer', certificates: ['abcd01'] } as const;

async function withStation(act: (station: Station) => Promise<void>): Promise<void> {
  const station = new Station({ folder, clock: 'lockstep', speed: 1 });
  try {
    await act(station);
  } finally {
    await station.close();
  }
}
const typesIn = (file: string): string[] =>
  partsOf(readFileSync(join(folder, file)))
    .whole.toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);

describe('the users file beside a station that runs', () => {
  it('is read within a second or so: a token that was made elsewhere is known, and one that was revoked is not', () =>
    withStation(async (station) => {
      station.users.put(ann);
      const beside = Users.open(path);
      const { token, text } = beside.addToken('ann', 'script', null);
      await vi.waitFor(() => expect(station.users.ofToken(text)?.user.name).toBe('ann'), { timeout: 5000 });
      expect(typesIn('station.jsonl')).toContain('users.read');
      beside.removeToken('ann', token.id);
      await vi.waitFor(() => expect(station.users.ofToken(text)).toBeUndefined(), { timeout: 5000 });
    }));

  it('loses nothing where both write in turn', () =>
    withStation(async (station) => {
      station.users.put(ann);
      const beside = Users.open(path);
      beside.put(bob);
      station.users.put({ ...bob, name: 'carl' });
      const { text } = station.users.addToken('ann', 'a', null);
      const second = beside.addToken('bob', 'b', null);
      expect(Users.open(path).list.map(({ name }) => name)).toEqual(['ann', 'bob', 'carl']);
      expect(Users.open(path).ofToken(text)?.user.name).toBe('ann');
      expect(station.users.removeToken('bob', second.token.id)).toBe(true);
    }));

  it('keeps who is known when what was written there is no list of users, and says so once', () =>
    withStation(async (station) => {
      station.users.put(ann);
      writeFileSync(path, '[ { "name": "a');
      await vi.waitFor(() => expect(typesIn('station.jsonl')).toContain('users.unreadable'), { timeout: 5000 });
      await new Promise((done) => setTimeout(done, 1500));
      expect(typesIn('station.jsonl').filter((type) => type === 'users.unreadable')).toHaveLength(1);
      expect(station.users.roleOf('ann')).toBe('operator');
    }));
});
