import { hashPassword } from '@fedbatch/station';
import { DataType, type Variant } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { sendLibraryLog } from './library-log.ts';
import { listen as listenTo, until } from './suite.ts';
import { type Served, served } from './test-station.ts';

sendLibraryLog(() => undefined);
let all: Served;
let client: Connection;
let auditor: Connection;
const fields = [
  ...['EventType', 'SourceNode', 'ClientUserId', 'Status', 'OldValue', 'NewValue', 'MethodId', 'InputArguments'],
  'AttributeId',
];

/** Audits of writes and methods that a client hears of. */
async function listen(connection: Connection): Promise<Record<string, Variant>[]> {
  const seen: Record<string, Variant>[] = [];
  await listenTo(connection, 'Server', fields, (values) => {
    const event = Object.fromEntries(fields.map((name, i) => [name, values[i]!]));
    if (/i=(2100|2127)$/.test(event.EventType!.value.toString())) seen.push(event);
  });
  return seen;
}

beforeAll(async () => {
  all = await served('ecoli-exponential');
  all.station.users.put({ name: 'ada', role: 'administrator', password: hashPassword('ada-knows') });
  client = await all.connect();
  auditor = await all.connect({ user: 'ada', password: 'ada-knows', name: 'auditor' });
}, 60_000);
afterAll(async () => {
  await client.close();
  await auditor.close();
  await all.close();
});

describe('audit events', () => {
  it('tell an administrator of writes and calls, accepted and refused, and an engineer of nothing', async () => {
    const seen = await listen(auditor);
    const hidden = await listen(client);
    await client.write('Bioreactor1.feed.rate.mode', '1');
    await client.write('Bioreactor1.feed.rate.setpoint', '99');
    await client.call('Bioreactor1.Recipe.Hold', []);
    await client.call('Bioreactor1.Clock.SetSpeed', ['-1']);
    await until(() => seen.length >= 4);
    const [accepted, refused, called, failed] = seen;
    expect(accepted!.EventType!.value.toString()).toBe('ns=0;i=2100');
    expect(accepted!.SourceNode!.value.toString()).toBe(client.nodeOf('Bioreactor1.feed.rate.mode'));
    expect(accepted!.ClientUserId!.value).toBe('eve');
    expect([accepted!.Status!.value, accepted!.AttributeId!.value]).toEqual([true, 13]);
    expect([accepted!.OldValue!.value, accepted!.NewValue!.value]).toEqual([0, 1]);
    expect(refused!.Status!.value).toBe(false);
    expect(refused!.NewValue).toMatchObject({ dataType: DataType.Double, value: 99 });
    expect(called!.EventType!.value.toString()).toBe('ns=0;i=2127');
    expect(called!.MethodId!.value.toString()).toBe(client.nodeOf('Bioreactor1.Recipe.Hold'));
    expect(called!.Status!.value).toBe(true);
    expect(failed!.MethodId!.value.toString()).toBe(client.nodeOf('Bioreactor1.Clock.SetSpeed'));
    expect(failed!.Status!.value).toBe(false);
    expect(failed!.InputArguments!.value[0]).toMatchObject({ value: -1 });
    expect(hidden).toEqual([]);
  });
});
