import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { sendLibraryLog } from './library-log.ts';
import { type Served, served } from './test-station.ts';

sendLibraryLog(() => undefined);
let all: Served;
let client: Connection;
beforeAll(async () => {
  all = await served('ecoli-adaptive', { profile: 'lads' });
  client = await all.connect();
}, 60_000);
afterAll(async () => {
  await client.close();
  await all.close();
});

const call = async (method: string, inputs: readonly string[] = []): Promise<string> =>
  (await client.call(`Bioreactor1.${method}`, [...inputs])).statusCode.name;
const value = async (tag: string): Promise<unknown> => (await client.read([`Bioreactor1.${tag}`]))[0]!.value.value;

describe('an adaptive feed over OPC UA', () => {
  it('shows its estimates as sensors of the advisory unit, apart from the vessel', async () => {
    expect(await call('Clock.Step', ['600'])).toBe('Good');
    const [advisory, vessel] = await Promise.all(
      ['Advisory', 'Vessel'].map(async (unit) => {
        const nodes = await client.browse(`Bioreactor1.${unit}-FunctionSet`);
        return nodes.map(({ name }) => name);
      }),
    );
    expect(advisory).toEqual(expect.arrayContaining(['feed.proposed', 'feed.estimate.X']));
    expect(vessel!.some((name) => name.startsWith('feed.estimate'))).toBe(false);
    expect(await value('feed.estimate.X')).toBeGreaterThan(3);
    const sensor = await client.browse('Bioreactor1.Advisory.feed.estimate.X');
    expect(sensor.map(({ name }) => name)).toContain('SensorValue');
  });

  it('asks a person once it is told to, and takes no answer without a reason', async () => {
    expect(await call('Advice.Accept', ['as always'])).toBe('BadInvalidState');
    expect(await call('Advice.SetGuardMode', ['advise', 'a new strain'])).toBe('Good');
    expect(await call('Clock.Step', ['120'])).toBe('Good');
    expect(await value('feed.decision.verdict')).toBe('waits for an answer');
    expect(await call('Advice.Accept', [''])).toBe('BadInvalidArgument');
    expect(await call('Advice.Override', ['9', 'more'])).toBe('BadOutOfRange');
    expect(await call('Advice.Accept', ['as in the trial'])).toBe('Good');
    expect(await call('Clock.Step', ['120'])).toBe('Good');
    expect(await value('feed.decision.verdict')).toBe('proposal');
    expect(await call('Advice.SetGuardMode', ['alone', 'because'])).toBe('BadInvalidArgument');
  });
});
