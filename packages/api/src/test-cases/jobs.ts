import type { Ask } from '../test-document.ts';
import { briefly } from '../test-station.ts';
import { type Case, type Cases, fullDesk, fullQueue, spoilKeptFiles, type World } from './world.ts';

const scenario = 'ecoli-exponential';
const run = { scenario, set: briefly, seed: 7, label: 'mine' };
const study = { kind: 'ensemble', scenario, set: briefly, vary: { 'charge.X': '10 %' }, members: 2 };
const none: Case = () => ({ path: { id: 'none' } });

/** Asks for one thing, so that asking for another one with the same key does not go. */
async function sameKey(world: World, body: unknown): Promise<Ask> {
  const key = world.newName();
  await world.station.jobs.ask(
    { name: 'ada', role: 'administrator', face: 'http', session: null },
    { kind: 'run', subject: `scenarios/${scenario}`, settings: [] },
    { key },
  );
  return { body, headers: { 'idempotency-key': key } };
}

const whenFull =
  (ask: Ask | ((world: World) => Ask)): Case =>
  (world) => {
    fullQueue(world);
    return typeof ask === 'function' ? ask(world) : ask;
  };

const ofDone = ({ done }: World) => ({ path: { id: done.id } });

function casesAt(at: 'runs' | 'studies', one: string): Cases {
  const ended = at === 'runs' ? ofDone : ({ study: { id } }: World) => ({ path: { id } });
  const waiting: Case = async (world) => ({ path: { id: (await world.waiting(at)).id } });
  const stopped: Case = async (world) => ({ path: { id: (await world.stopped(at)).id } });
  return {
    [`list${at === 'runs' ? 'Runs' : 'Studies'}`]: { 200: () => ({ query: { limit: '2', status: 'complete' } }) },
    [`get${one}`]: { 200: ended, 404: none },
    [`stop${one}`]: { 200: waiting, 404: none, 409: ended },
    [`keep${one}`]: { 200: stopped, 404: none },
    [`release${one}`]: { 200: stopped, 404: none },
    [`delete${one}`]: { 204: stopped, 404: none, 409: waiting },
    [`stream${one}`]: { 200: ended, 404: none },
    [`list${one}Files`]: { 200: ended, 404: none },
    [`get${one}File`]: {
      200: (world) => ({ path: { ...ended(world).path, path: 'manifest.json' } }),
      404: (world) => ({ path: { ...ended(world).path, path: '../../users.json' } }),
    },
  };
}

const entry = { kind: 'comment', says: 'The foam was high.', timeH: 0.05 };
const part = { 200: ofDone, 404: async (world: World) => ({ path: { id: (await world.waiting('runs')).id } }) };

export const jobs: Cases = {
  ...casesAt('runs', 'Run'),
  ...casesAt('studies', 'Study'),
  startRun: {
    202: () => ({ body: run }),
    409: (world) => sameKey(world, run),
    422: () => ({ body: { scenario: 'none-such' } }),
    503: whenFull({ body: run }),
  },
  startStudy: {
    202: () => ({ body: study }),
    409: (world) => sameKey(world, study),
    422: () => ({ body: { kind: 'comparison', study: 'none-such' } }),
    503: whenFull({ body: study }),
  },
  verifyRun: {
    202: ofDone,
    404: none,
    409: async (world) => ({ path: { id: (await world.waiting('runs')).id } }),
    503: whenFull(ofDone),
    422: (world) => {
      spoilKeptFiles(world);
      return ofDone(world);
    },
  },
  compareRuns: {
    200: ({ done }) => ({ query: { ids: `${done.id},${done.id}` } }),
    404: ({ done }) => ({ query: { ids: `${done.id},none` } }),
    422: ({ done }) => ({ query: { ids: done.id } }),
  },
  getRunManifest: part,
  getRunFigures: part,
  getRunAudit: part,
  getRunSchema: part,
  getRunFaults: part,
  listRunEvents: part,
  addRunEntry: {
    201: (world) => ({ ...ofDone(world), body: entry }),
    404: () => ({ path: { id: 'none' }, body: entry }),
    409: ({ endless: { id } }) => ({ path: { id }, body: entry }),
    422: (world) => ({ ...ofDone(world), body: { ...entry, kind: 'correction' } }),
  },
  listRunEntries: { 200: ofDone, 404: none },
  getRunSamples: {
    200: (world) => ({ ...ofDone(world), query: { points: '10' } }),
    404: part[404],
    422: (world) => ({ ...ofDone(world), query: { units: 'X:none such' } }),
    503: (world) => {
      fullDesk(world);
      return ofDone(world);
    },
  },
  getRunCsv: {
    200: (world) => ({ ...ofDone(world), query: { form: 'excel' } }),
    404: part[404],
    422: (world) => ({ ...ofDone(world), query: { units: 'X:none such' } }),
  },
  getRunArrow: {
    200: (world) => ({ ...ofDone(world), query: { ids: 'X' } }),
    404: part[404],
    422: (world) => ({ ...ofDone(world), query: { units: 'X:none such' } }),
  },
  pauseRun: {
    200: ({ station, endless: { id } }) => {
      const eve = { name: 'eve', role: 'engineer', face: 'http', session: null } as const;
      if (station.jobs.get(id).status === 'paused') station.jobs.resume(eve, id);
      return { path: { id } };
    },
    404: none,
    409: ofDone,
  },
  resumeRun: {
    200: ({ station, endless: { id } }) => {
      const eve = { name: 'eve', role: 'engineer', face: 'http', session: null } as const;
      if (station.jobs.get(id).status === 'running') station.jobs.pause(eve, id);
      return { path: { id } };
    },
    404: none,
    409: ofDone,
  },
  resumeStudy: {
    200: async (world) => ({ path: { id: (await world.stopped('studies')).id } }),
    404: none,
    409: ({ study: { id } }) => ({ path: { id } }),
  },
};
