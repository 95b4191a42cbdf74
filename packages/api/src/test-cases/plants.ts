import type { LivePlant } from '@fedbatch/station';
import { personOf, spoilJournal } from '../test-station.ts';
import { type Case, type Cases, fullQueue, spoilKeptFiles, type World } from './world.ts';

const scenario = 'ecoli-exponential';
const served = { plant: 'Bioreactor1' };
const paced = { plant: 'paced' };
const none = { plant: 'none' };
const mode = { ...served, tag: 'feed.rate.mode' };
const setpoint = { tag: 'feed.rate.setpoint' };

function added(world: World): LivePlant {
  const order = { name: world.newName(), scenario: `scenarios/${scenario}`, settings: [], speed: 1 };
  return world.station.addPlant(personOf('engineer'), { ...order, clock: 'lockstep' });
}

/** One plant whose journal cannot be written, for all who want one. */
const spoilt = new WeakMap<World, string>();
const unwritable =
  (body: unknown, more: Readonly<Record<string, string>> = {}): Case =>
  (world) => {
    if (!spoilt.has(world)) {
      const { name } = added(world);
      spoilJournal(world.folder, name);
      spoilt.set(world, name);
    }
    return { path: { plant: spoilt.get(world)!, ...more }, body };
  };

/** A plant whose recipe has ended. */
const ended =
  (body: unknown): Case =>
  async (world) => {
    const plant = added(world);
    plant.command(personOf('engineer'), { kind: 'recipe', action: 'abort' });
    await plant.step(personOf('engineer'), 'eve', 1, []);
    return { path: { plant: plant.name }, body };
  };

const entry = { kind: 'sample', says: 'taken by hand', values: [{ quantity: 'glucose', value: 4.2, unit: 'g/L' }] };
const write = { kind: 'write', tag: 'feed.rate.mode', value: 1, reason: 'to feed by hand' };
const reads = { 200: () => ({ path: served }), 404: () => ({ path: none }) };

export const plants: Cases = {
  listPlants: { 200: () => ({}) },
  addPlant: {
    201: (world) => ({ body: { name: world.newName(), scenario, set: { seed: 3 }, clock: 'lockstep' } }),
    409: () => ({ body: { name: 'paced', scenario } }),
    422: () => ({ body: { name: 'jobs', scenario } }),
  },
  getPlant: reads,
  removePlant: {
    204: (world, role) => ({
      path: { plant: role === 'engineer' || role === 'administrator' ? added(world).name : 'paced' },
    }),
    404: () => ({ path: none }),
    409: () => ({ path: served }),
  },
  listTags: {
    200: () => ({ path: served, query: { ids: 'feed.rate.mode,clock.sim.time', truth: 'include' } }),
    404: () => ({ path: none }),
  },
  getTag: { 200: () => ({ path: mode }), 404: () => ({ path: { ...served, tag: 'none' } }) },
  writeTag: {
    200: () => ({ path: mode, body: { value: 'manual', reason: 'to feed by hand' } }),
    404: () => ({ path: { ...served, tag: 'none' }, body: { value: 1 } }),
    409: () => ({ path: { ...paced, ...setpoint }, body: { value: 0.1 } }),
    422: () => ({ path: mode, body: { value: 99 } }),
    503: unwritable({ value: 1 }, { tag: 'feed.rate.mode' }),
  },
  commandPlant: {
    200: () => ({ path: served, body: write }),
    404: () => ({ path: served, body: { kind: 'clock', action: 'restore', name: 'none' } }),
    409: () => ({ path: served, body: { kind: 'clock', action: 'run' } }),
    422: () => ({ path: served, body: { kind: 'write', tag: 'feed.rate.mode', value: 'upwards' } }),
    503: unwritable(write),
  },
  stepPlant: {
    200: () => ({ path: served, body: { dtS: 2, read: ['clock.sim.time'] } }),
    404: () => ({ path: served, body: { dtS: 2, read: ['none'] } }),
    409: () => ({ path: paced, body: { dtS: 2 } }),
    422: () => ({ path: served, body: { dtS: 1.5 } }),
    503: unwritable({ dtS: 2 }),
  },
  setBarrier: {
    200: () => ({ path: served, body: { clients: 1 } }),
    404: () => ({ path: none, body: { clients: 1 } }),
    503: unwritable({ clients: 1 }),
  },
  setWatchdog: {
    200: () => ({ path: served, body: { limitS: 0 } }),
    404: () => ({ path: none, body: { limitS: 0 } }),
    409: ended({ limitS: 10 }),
    503: unwritable({ limitS: 10 }),
  },
  beatWatchdog: {
    204: () => ({ path: served, body: { count: 1 } }),
    404: () => ({ path: none, body: { count: 1 } }),
  },
  listAlarms: reads,
  listJobOrders: reads,
  getPlantHistory: {
    200: () => ({ path: served, query: { ids: 'feed.rate.demand,clock.sim.time', points: '20' } }),
    404: () => ({ path: served, query: { ids: 'none' } }),
  },
  addPlantEntry: {
    201: () => ({ path: served, body: entry }),
    404: () => ({ path: none, body: entry }),
    422: () => ({ path: served, body: { ...entry, values: [{ ...entry.values[0], unit: 'none such' }] } }),
  },
  keepPlantResult: {
    202: () => ({ path: served }),
    404: () => ({ path: none }),
    422: async (world) => {
      await world.station.jobs.fromPlant(personOf('engineer'), world.station.plant('Bioreactor1'));
      spoilKeptFiles(world);
      return { path: served };
    },
    503: (world) => {
      fullQueue(world);
      return { path: served };
    },
  },
  listPlantRecords: reads,
  streamPlant: reads,
};
