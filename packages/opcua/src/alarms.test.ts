import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DataType, type UAObject, type Variant } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { sendLibraryLog } from './library-log.ts';
import { listen, until } from './suite.ts';
import { type Served, scenarios, served } from './test-station.ts';

sendLibraryLog(() => undefined);
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-alarms-'));
let all: Served;
let client: Connection;
const seen: Variant[][] = [];
const fields = [
  ...['EventId', 'EventType', 'ConditionName', 'Message', 'Severity', 'ActiveState', 'AckedState', 'Retain'],
  'Time',
];

const alarms = `alarms:
  dense: { when: X > 2 g/L, priority: high, says: the culture is dense }
  short: { when: DO < 5 %, priority: low }
  veryShort: { when: DO < 2 %, priority: low }
  cold: { when: temperature < set point - 2 K, priority: low }
`;

/** The cascade with one alarm that comes within hours, and some that a person can bring about. */
function alarmed(): string {
  const own = join(folder, 'scenario');
  mkdirSync(own);
  const source = readFileSync(join(scenarios, 'ecoli-oxygen-cascade/scenario.yaml'), 'utf8');
  const text = source
    .replaceAll('../../', `${relative(own, join(scenarios, '..'))}/`)
    .replace('recipe:', `${alarms}recipe:`);
  writeFileSync(join(own, 'scenario.yaml'), text);
  return own;
}

beforeAll(async () => {
  all = await served('', {}, { scenarios: [alarmed()] });
  client = await all.connect();
  await listen(client, 'Bioreactor1', fields, (values) => seen.push(values));
}, 60_000);
afterAll(async () => {
  await client.close();
  await all.close();
  rmSync(folder, { recursive: true, force: true });
});

const last = (): Record<string, unknown> | undefined => {
  const found = seen.filter((values) => values[2]?.value === 'dense').at(-1);
  return found && Object.fromEntries(fields.map((name, i) => [name, found[i]?.value?.text ?? found[i]?.value]));
};
const state = async (): Promise<number> => (await client.read(['Bioreactor1.alarm.dense.state']))[0]!.value.value;
const method = (name: string, inputArguments: object[], connection = client) => {
  const objectId = connection.nodeOf('Bioreactor1.Alarms.dense');
  return connection.session.call({ objectId, methodId: name, inputArguments } as never);
};
const comment = { dataType: DataType.LocalizedText, value: { text: 'seen by eve' } };

describe('an alarm of the scenario', () => {
  it('comes to a client as a condition, active and not acknowledged, with its severity', async () => {
    await client.write('Bioreactor1.clock.step.request', String(6 * 3600));
    await until(() => last()?.ActiveState === 'Active');
    expect(last()).toMatchObject({ AckedState: 'Unacknowledged', Retain: true, Severity: 700 });
    expect(await state()).toBe(1);
    // Lockstep: its time is that of the plant, not of the machine.
    const atMs = (last()!.Time as Date).getTime();
    expect([atMs > 0, atMs <= all.plant.stampMs]).toEqual([true, true]);
  });

  it('is acknowledged through the gate, by those who may, with the comment on record', async () => {
    const eventId = { dataType: DataType.ByteString, value: last()!.EventId };
    const otto = await all.connect({ user: 'otto', password: 'otto-knows' });
    expect((await method('i=9111', [eventId, comment], otto)).statusCode.name).toBe('BadUserAccessDenied');
    await otto.close();
    expect((await method('i=9111', [eventId, comment])).statusCode.name).toBe('Good');
    await client.write('Bioreactor1.clock.step.request', '2');
    expect(await state()).toBe(2);
    await until(() => last()?.AckedState === 'Acknowledged');
    const record = readFileSync(join(all.plant.folder, 'journal.jsonl'), 'utf8')
      .split('\n')
      .findLast((line) => line.includes('seen by eve'));
    expect(JSON.parse(record!)).toMatchObject({ type: 'command', subject: 'alarm.dense', actor: { human: 'eve' } });
  });

  it('is a limit, a deviation or off-normal, by what it watches', async () => {
    const typeOf = (name: string): string => {
      const node = all.face.server.engine.addressSpace!.findNode(client.nodeOf(`Bioreactor1.Alarms.${name}`));
      return (node as UAObject).typeDefinitionObj.browseName.name!;
    };
    expect(typeOf('dense')).toBe('ExclusiveLimitAlarmType');
    expect(typeOf('short')).toBe('NonExclusiveLimitAlarmType');
    expect(typeOf('cold')).toBe('ExclusiveDeviationAlarmType');
    const limits = await client.read([
      'Bioreactor1.Alarms.dense-HighLimit',
      'Bioreactor1.Alarms.veryShort-LowLimit',
      'Bioreactor1.Alarms.cold-LowLimit',
      'Bioreactor1.Alarms.dense-LimitState-CurrentState',
    ]);
    expect(limits.map(({ value }) => value.value.text ?? value.value)).toEqual([2, 2, -2, 'High']);
  });

  it('follows the set point where it is a deviation', async () => {
    const read = async () =>
      (await client.read(['Bioreactor1.Alarms.cold-LimitState-CurrentState']))[0]!.value.value.text;
    expect(await read()).toBeNull();
    await client.write('Bioreactor1.temperature.control.setpoint', '41');
    await client.write('Bioreactor1.clock.step.request', '4');
    expect(await read()).toBe('Low');
    await until(() => seen.some((values) => values[2]?.value === 'cold' && values[5]?.value.text === 'Active'));
    await client.write('Bioreactor1.temperature.control.setpoint', '37');
    await client.write('Bioreactor1.clock.step.request', '4');
    expect(await read()).toBeNull();
  });

  it('is shelved for a time, taken from the shelf, confirmed and commented, each on record', async () => {
    const shelf = async () => (await client.read(['Bioreactor1.alarm.dense.shelf']))[0]!.value.value;
    const state = async () =>
      (await client.read(['Bioreactor1.Alarms.dense-ShelvingState-CurrentState']))[0]!.value.value.text;
    const step = () => client.write('Bioreactor1.clock.step.request', '2');
    const objectId = client.nodeOf('Bioreactor1.Alarms.dense-ShelvingState');
    const shelve = (methodId: string, inputArguments: object[]) =>
      client.session.call({ objectId, methodId, inputArguments } as never);
    const hour = { dataType: DataType.Double, value: 3.6e6 };
    const day = { dataType: DataType.Double, value: 25 * 3.6e6 };
    expect((await shelve('i=2949', [day])).statusCode.name).toBe('BadShelvingTimeOutOfRange');
    expect((await shelve('i=2947', [])).statusCode.name).toBe('BadConditionNotShelved');
    expect((await shelve('i=2949', [hour])).statusCode.name).toBe('Good');
    await step();
    expect(await shelf()).toBe(1);
    expect(await state()).toBe('TimedShelved');
    const unshelveTime = 'Bioreactor1.Alarms.dense-ShelvingState-UnshelveTime';
    expect((await client.read([unshelveTime]))[0]!.value.value).toBeCloseTo(3.6e6 - 2000, 0);
    expect((await shelve('i=2948', [])).statusCode.name).toBe('BadConditionAlreadyShelved');
    expect((await shelve('i=2947', [])).statusCode.name).toBe('Good');
    await step();
    expect(await shelf()).toBe(0);
    expect(await state()).toBe('Unshelved');
    await until(() => /taken from the shelf/.test(String(last()?.Message)));
    const eventId = { dataType: DataType.ByteString, value: last()!.EventId };
    expect((await method('i=9113', [eventId, comment])).statusCode.name).toBe('Good');
    await until(() => !last()!.EventId || Buffer.compare(last()!.EventId as Buffer, eventId.value as Buffer) !== 0);
    expect((await method('i=9113', [eventId, comment])).statusCode.name).toBe('BadEventIdUnknown');
    const next = { dataType: DataType.ByteString, value: last()!.EventId };
    expect((await method('i=9113', [next, comment])).statusCode.name).toBe('BadConditionBranchAlreadyConfirmed');
    expect((await method('i=9029', [next, comment])).statusCode.name).toBe('Good');
    const journal = readFileSync(join(all.plant.folder, 'journal.jsonl'), 'utf8');
    for (const action of ['shelve', 'unshelve', 'comment', 'confirm'])
      expect(journal.split(`"alarm":"${action}"`).length - 1).toBe(1);
  });

  it('shows as acknowledged what somebody acknowledged elsewhere', async () => {
    const acked = async () => (await client.read(['Bioreactor1.Alarms.cold-AckedState']))[0]!.value.value.text;
    expect(await acked()).toBe('Unacknowledged');
    const person = { name: 'eve', role: 'engineer', face: 'cli', session: null } as const;
    expect(all.plant.command(person, { kind: 'alarm', alarm: 'cold', action: 'acknowledge' }).accepted).toBe(true);
    await client.write('Bioreactor1.clock.step.request', '2');
    expect(await acked()).toBe('Acknowledged');
  });

  it('is nothing that a client can turn off', async () => {
    expect((await method('i=9028', [])).statusCode.name).toMatch(/^Bad/);
  });
});
