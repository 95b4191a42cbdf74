import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Person } from '@fedbatch/vocabulary';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlantOrder } from './plant-orders.ts';
import { Station } from './station.ts';

const person = (name: string, role: Person['role']): Person => ({ name, role, face: 'test', session: null });
const eve = person('eve', 'engineer');
const order: PlantOrder = {
  name: 'Mine',
  scenario: 'scenarios/ecoli-exponential',
  settings: ['seed=7'],
  clock: 'lockstep',
  speed: 1,
};

let folder: string;
let station: Station;
const open = (): Station => new Station({ folder, clock: 'lockstep', speed: 1 });
async function reopen(): Promise<void> {
  await station.close();
  station = open();
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fedbatch-station-'));
  station = open();
});
afterEach(async () => {
  await station.close();
  rmSync(folder, { recursive: true, force: true });
});

const records = (type: string) => station.records(eve, 0, 1000).filter((record) => record.type === type);

describe('a plant that was ordered', () => {
  it('is there again at the next start where it was, though its draft is gone', async () => {
    const { text } = station.library.read('scenarios', 'ecoli-exponential');
    const draft = station.library.write(eve, 'scenarios', 'draft', text, undefined);
    const plant = station.addPlant(eve, { ...order, scenario: 'scenarios/draft' });
    plant.command(eve, { kind: 'write', tag: 'feed.rate.mode', value: 1 });
    await plant.step(eve, 'eve', 30, []);
    const { values } = plant.table;
    const before = [...values];
    station.library.remove(eve, 'scenarios', 'draft', draft.version);
    await reopen();
    const again = station.plant('Mine');
    expect([again.live.scans, again.plan.title.seed]).toEqual([30, 7]);
    const differ = again.tags.filter((_, slot) => !Object.is(before[slot], again.table.values[slot]));
    expect(differ.filter(({ from }) => from !== 'clock')).toEqual([]);
    expect(records('plant.added')).toHaveLength(1);
  });

  it('is gone at the next start when it was removed, and its record stays', async () => {
    station.addPlant(eve, order);
    station.removePlant(eve, 'Mine');
    await reopen();
    expect(station.plants.size).toBe(0);
    expect(existsSync(join(folder, 'Mine/journal.jsonl'))).toBe(true);
    expect(records('plant.removed')).toHaveLength(1);
  });

  it('does not take the folder of another plant that was there before', () => {
    station.addPlant(eve, order);
    station.removePlant(eve, 'Mine');
    expect(() => station.addPlant(eve, { ...order, settings: ['charge.X=0.3 g/L'] })).toThrow('Mine');
    expect(station.plants.size).toBe(0);
  });

  it('is refused to operators, under names that lead elsewhere or are taken, and of scenarios that are not there', () => {
    expect(() => station.addPlant(person('olga', 'operator'), order)).toThrow('needs the role engineer');
    for (const name of ['../Mine', 'jobs', 'Library', 'a b', '', 'x'.repeat(33)])
      expect(() => station.addPlant(eve, { ...order, name }), name).toThrow('is no name of a plant');
    expect(() => station.addPlant(eve, { ...order, scenario: '../../../etc' })).toThrow('no file or folder');
    expect(() => station.addPlant(eve, { ...order, settings: ['charge.X=5 m'] })).toThrow('charge.X');
    expect(station.plants.size).toBe(0);
    expect(records('plant.added')).toEqual([]);
  });
});

describe('a journal that was torn when the machine stopped', () => {
  it('is whole again at the next start, with the torn part beside it and a record that says so', async () => {
    station.addPlant(eve, order);
    await station.close();
    appendFileSync(join(folder, 'station.jsonl'), '{"v":1,"seq":');
    appendFileSync(join(folder, 'Mine/journal.jsonl'), '{"v":1,');
    station = open();
    const aside = (records('journal.torn')[0]!.new as { aside: string }).aside;
    expect(readdirSync(folder)).toContain(aside);
    const plant = station.plant('Mine');
    expect(plant.records(0, 100).some(({ type }) => type === 'journal.torn')).toBe(true);
    expect(plant.command(eve, { kind: 'write', tag: 'feed.rate.mode', value: 1 }).accepted).toBe(true);
  });

  it('is not opened when something before its end was changed', async () => {
    await station.close();
    writeFileSync(join(folder, 'station.jsonl'), '{"v":1}\n{"v":1}\n');
    expect(open).toThrow('is damaged at record 0');
    rmSync(join(folder, 'station.jsonl'));
    station = open();
  });
});

describe('logging in and tokens', () => {
  it('leave records of whoever came, was turned away, and made or ended a token', async () => {
    station.users.put({ name: 'ann', role: 'operator' });
    expect(await station.logInAside('ann', 'anything', 'http', '127.0.0.1')).toBeUndefined();
    const ann = person('ann', 'operator');
    const { token } = station.makeToken(ann, 'ann', 'one', null);
    expect(() => station.makeToken(ann, 'ben', 'one', null)).toThrow('administrator');
    expect(() => station.makeToken(person('ada', 'administrator'), 'ben', 'one', null)).toThrow('no user `ben`');
    station.removeToken(ann, token.id);
    expect(() => station.removeToken(ann, token.id)).toThrow('no token');
    expect(station.records(eve, 0, 9).map(({ type, subject }) => [type, subject])).toEqual([
      ['login', 'ann'],
      ['token.made', token.id],
      ['token.removed', token.id],
    ]);
    expect(() => station.records(ann, 0, 9)).toThrow('engineer');
  });
});
