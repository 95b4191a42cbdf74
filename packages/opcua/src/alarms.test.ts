import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  AttributeIds,
  ClientSubscription,
  constructEventFilter,
  DataType,
  TimestampsToReturn,
  type Variant,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { sendLibraryLog } from './library-log.ts';
import { until } from './suite.ts';
import { type Served, scenarios, served } from './test-station.ts';

sendLibraryLog(() => undefined);
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-alarms-'));
let all: Served;
let client: Connection;
const seen: Variant[][] = [];
const fields = ['EventId', 'EventType', 'ConditionName', 'Message', 'Severity', 'ActiveState', 'AckedState', 'Retain'];

/** The cascade with one alarm that comes within hours. */
function alarmed(): string {
  const own = join(folder, 'scenario');
  mkdirSync(own);
  const source = readFileSync(join(scenarios, 'ecoli-oxygen-cascade/scenario.yaml'), 'utf8');
  const text = source
    .replaceAll('../../', `${relative(own, join(scenarios, '..'))}/`)
    .replace('recipe:', 'alarms:\n  dense: { when: X > 2 g/L, priority: high, says: the culture is dense }\nrecipe:');
  writeFileSync(join(own, 'scenario.yaml'), text);
  return own;
}

beforeAll(async () => {
  all = await served('', {}, { scenarios: [alarmed()] });
  client = await all.connect();
  const subscription = ClientSubscription.create(client.session, {
    requestedPublishingInterval: 50,
    publishingEnabled: true,
  });
  const item = await subscription.monitor(
    { nodeId: client.nodeOf('Bioreactor1'), attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 100, discardOldest: true, filter: constructEventFilter(fields) },
    TimestampsToReturn.Both,
  );
  (item as unknown as { on(event: 'changed', listener: (values: Variant[]) => void): void }).on('changed', (values) =>
    seen.push(values),
  );
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

  it('is nothing that a client can turn off', async () => {
    expect((await method('i=9028', [])).statusCode.name).toMatch(/^Bad/);
  });
});
