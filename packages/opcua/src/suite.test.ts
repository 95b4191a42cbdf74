import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { sendLibraryLog } from './library-log.ts';
import { runCase, suite } from './suite.ts';
import { type Served, served } from './test-station.ts';

sendLibraryLog(() => undefined);
let all: Served;
let connection: Connection;

beforeAll(async () => {
  all = await served(suite.scenario, { profile: 'lads' });
  connection = await all.connect();
}, 60_000);
afterAll(async () => {
  await connection.close();
  await all.close();
});

describe('a client', () => {
  it.each(suite.cases.map(({ name, steps }) => [name, steps] as const))('%s', async (_, steps) => {
    await runCase(connection, steps);
  });

  it('is told apart from another: what each may do is its own', async () => {
    const otto = await all.connect({ user: 'otto', password: 'otto-knows', name: 'otto' });
    expect(await otto.write('Bioreactor1.air.flow.mode', '1')).toBe('BadUserAccessDenied');
    expect((await otto.call('Bioreactor1.Recipe.Hold', [])).statusCode.name).toBe('BadUserAccessDenied');
    expect((await otto.read(['Bioreactor1.clock.sim.time']))[0]!.statusCode.name).toBe('Good');
    await otto.close();
    const nobody = await all.connect({ user: undefined as never, name: 'nobody' });
    expect(await nobody.write('Bioreactor1.air.flow.mode', '1')).toBe('BadUserAccessDenied');
    await nobody.close();
  });
});

describe('two clients at a barrier', () => {
  it('make one step together, and one that is gone keeps nobody waiting for ever', async () => {
    const other = await all.connect({ name: 'other' });
    const count = async (): Promise<number> =>
      (await connection.read(['Bioreactor1.clock.scan.count']))[0]!.value.value;
    const before = await count();
    expect((await connection.call('Bioreactor1.Clock.SetBarrier', ['2'])).statusCode.name).toBe('Good');
    const steps = [connection, other].map((one) => one.call('Bioreactor1.Clock.Step', ['5']));
    expect((await Promise.all(steps)).map(({ statusCode }) => statusCode.name)).toEqual(['Good', 'Good']);
    expect(await count()).toBe(before + 1);
    const waits = other.call('Bioreactor1.Clock.Step', ['5']).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await other.close();
    expect((await connection.call('Bioreactor1.Clock.SetBarrier', ['1'])).statusCode.name).toBe('Good');
    await waits;
    expect(await count()).toBe(before + 1);
  }, 30_000);
});

describe('source time stamps', () => {
  it('are of the wall clock, or of the plant where that is asked for', async () => {
    const stampOf = async (stamps: 'wall' | 'simulated'): Promise<number> => {
      const one = await served(suite.scenario, { stamps });
      const client = await one.connect();
      await client.write('Bioreactor1.clock.step.request', '3600');
      const [value] = await client.read(['Bioreactor1.clock.sim.time']);
      await client.close();
      await one.close();
      return value!.sourceTimestamp!.getTime();
    };
    expect(Math.abs((await stampOf('wall')) - Date.now())).toBeLessThan(10_000);
    expect(await stampOf('simulated')).toBe(Date.UTC(2000, 0, 1, 1));
  }, 30_000);
});
