import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Person } from '@fedbatch/vocabulary';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Station, type WorkLimits } from '../live/station.ts';
import { hasEnded, type Job, type JobRequest } from './job.ts';

const folders: string[] = [];
const stations: Station[] = [];
/** One station for all tests that need nothing of their own: a thread that computes takes a second to open. */
let shared: Station;
beforeAll(() => {
  shared = open();
  stations.length = 0;
});
afterEach(async () => {
  for (const { id } of shared.jobs.list({ statuses: ['queued', 'running', 'paused'], limit: 100 }))
    shared.jobs.stop(eve, id);
  await expect.poll(() => shared.jobs.working, { timeout: 20_000 }).toBe(0);
  for (const station of stations.splice(0)) await station.close();
});
afterAll(async () => {
  await shared.close();
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});

const person = (name: string, role: Person['role']): Person => ({ name, role, face: 'test', session: null });
const eve = person('eve', 'engineer');
const olga = person('olga', 'operator');
const otto = person('otto', 'observer');

function open(work: Partial<WorkLimits> = {}, folder = mkdtempSync(join(tmpdir(), 'fedbatch-jobs-'))): Station {
  folders.push(folder);
  const station = new Station({ folder, clock: 'lockstep', speed: 1, work: { jobs: 1, threads: 1, ...work } });
  stations.push(station);
  return station;
}

async function close(station: Station): Promise<string> {
  stations.splice(stations.indexOf(station), 1);
  await station.close();
  return station.folder;
}

const subject = 'scenarios/ecoli-exponential';
const brief: JobRequest & { kind: 'run' } = {
  kind: 'run',
  subject,
  settings: ['recipe.batch.at most=0.1 h', 'recipe.fed-batch.for=0.1 h', 'scan=1 min'],
};
const endless: JobRequest = { kind: 'run', subject, settings: ['recipe.fed-batch.for=8760 h'] };

function when({ jobs }: Station, { id }: Job, isSo: (job: Job) => boolean = hasEnded): Promise<Job> {
  return new Promise((resolve) => {
    const look = (job: Job): void => {
      if (job.id !== id || !isSo(job)) return;
      stop();
      resolve(job);
    };
    const stop = jobs.onChange(look);
    look(jobs.get(id));
  });
}

const running = (job: Job): boolean => job.status === 'running';
const recorded = (station: Station, type: string, subject?: string): number =>
  station
    .records(person('ada', 'administrator'), 0, 10_000)
    .filter((record) => record.type === type && (subject === undefined || record.subject === subject)).length;

describe('asking for a job', () => {
  it('gives the same job for the same key, however often and however fast it is asked for', async () => {
    const station = shared;
    const asked = await Promise.all([1, 2, 3].map(() => station.jobs.ask(olga, brief, { key: 'one' })));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect((await station.jobs.ask(olga, brief, { key: 'one' })).id).toBe(asked[0]!.id);
    expect((await station.jobs.ask(eve, brief, { key: 'one' })).id).not.toBe(asked[0]!.id);
    await expect(station.jobs.ask(olga, endless, { key: 'one' })).rejects.toThrow('was used for the job');
    expect(station.jobs.list({ limit: 9 })).toHaveLength(2);
  });

  it('says at once what is wrong with the scenario, and leaves nothing behind', async () => {
    const station = shared;
    await expect(station.jobs.ask(olga, { ...brief, settings: ['charge.X=5 m'] }, { label: 'wrong' })).rejects.toThrow(
      'charge.X',
    );
    await expect(station.jobs.ask(olga, { ...brief, subject: '../../etc' }, { label: 'wrong' })).rejects.toThrow(
      'no file or folder',
    );
    expect(station.jobs.list({ limit: 10, label: 'wrong' })).toEqual([]);
  });

  it('takes no more than may wait, also when all come at once', async () => {
    const station = open({ queue: 2 });
    await when(station, await station.jobs.ask(olga, endless), running);
    const asked = await Promise.allSettled([1, 2, 3, 4, 5].map(() => station.jobs.ask(olga, brief)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(station.jobs.waiting).toBe(2);
    expect(station.whyNotReady()).toContain('2 jobs wait');
  });

  it('is not for observers, and neither is steering; keeping and deleting are for engineers', async () => {
    const station = shared;
    await expect(station.jobs.ask(otto, brief)).rejects.toThrow('observer');
    const { id } = await station.jobs.ask(olga, endless);
    for (const act of ['pause', 'resume', 'stop'] as const)
      expect(() => station.jobs[act](otto, id)).toThrow('observer');
    expect(() => station.jobs.keep(olga, id, true)).toThrow('operator');
    expect(() => station.jobs.remove(olga, id)).toThrow('operator');
  });
});

describe('steering a job', () => {
  it('pauses a run, lets it go on, and stops it with what it has come to', async () => {
    const station = shared;
    const job = await when(station, await station.jobs.ask(olga, endless), ({ progress }) => progress.share > 0);
    expect(station.jobs.pause(olga, job.id).status).toBe('paused');
    const timeOf = (): number => station.jobs.get(job.id).progress.timeH!;
    // It rests once the thread has heard of it and its last progress has come.
    let rested = Number.NaN;
    for (let i = 0; i < 20 && timeOf() !== rested; i++) {
      rested = timeOf();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(timeOf()).toBe(rested);
    station.jobs.resume(olga, job.id);
    await when(station, job, ({ progress }) => progress.timeH! > rested);
    station.jobs.stop(olga, job.id);
    const ended = await when(station, job);
    expect([ended.status, ended.result!.verdict]).toEqual(['stopped', 'stopped']);
    expect(station.results.files(ended).map(({ path }) => path)).toContain('samples.parquet');
  });

  it('stops a job that waits, and that one only', async () => {
    const station = shared;
    await when(station, await station.jobs.ask(olga, endless), running);
    const [first, second] = [await station.jobs.ask(olga, brief), await station.jobs.ask(olga, brief)];
    expect(station.jobs.stop(olga, first.id).status).toBe('stopped');
    expect(station.jobs.get(second.id).status).toBe('queued');
    expect(() => station.jobs.stop(olga, first.id)).toThrow('cannot be stopped');
  });

  it('goes on with a study where it was stopped', async () => {
    const station = shared;
    const study: JobRequest = { ...brief, kind: 'ensemble', vary: ['charge.X=10 %'], members: 2, design: 'sobol' };
    await when(station, await station.jobs.ask(olga, endless), running);
    const job = await station.jobs.ask(olga, study);
    station.jobs.stop(olga, job.id);
    expect(station.jobs.resume(olga, job.id).status).toBe('queued');
    for (const { id } of station.jobs.list({ statuses: ['running'], limit: 9 })) station.jobs.stop(olga, id);
    expect((await when(station, job)).result!.members).toBe(2);
  });

  it('ends a run that computes longer than its budget, with a sentence', async () => {
    const station = open({ budgetS: 0.3 });
    const ended = await when(station, await station.jobs.ask(olga, endless));
    expect([ended.status, ended.says]).toEqual(['stopped', expect.stringContaining('budget of 0.3 s')]);
  });
});

describe('what jobs leave behind', () => {
  it('is the same to the byte when a run is verified, and the difference is said when it is not', async () => {
    const station = shared;
    const first = await when(station, await station.jobs.ask(olga, brief));
    const again = await when(station, await station.jobs.verify(olga, first.id));
    expect(again.result!.verification).toEqual({ of: first.id, agrees: true, files: [] });
    expect(again.result!.runId).toBe(first.result!.runId);
    const manifest = join(station.jobs.folderOf(first.id), 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"sha256": "[0-9a-f]{4}/g, '"sha256": "0000'));
    const differs = await when(station, await station.jobs.verify(olga, first.id));
    expect(differs.result!.verification!.agrees).toBe(false);
    expect(differs.says).toContain('The bytes differ.');
  });

  it('says of a run whose first result was deleted that there is nothing to compare with', async () => {
    const station = shared;
    const first = await when(station, await station.jobs.ask(olga, brief));
    const blocker = await when(station, await station.jobs.ask(olga, endless), running);
    const again = await station.jobs.verify(olga, first.id);
    station.jobs.remove(eve, first.id);
    station.jobs.stop(olga, blocker.id);
    const ended = await when(station, again);
    expect(ended.status).toBe('failed');
    expect(ended.says).toContain(first.id);
    expect(ended.says).not.toContain(station.folder);
  });

  it('is deleted when somebody asks for it, unless it is kept, and the journal still says that it was', async () => {
    const station = shared;
    const { id } = await when(station, await station.jobs.ask(olga, brief));
    station.jobs.keep(eve, id, true);
    expect(() => station.jobs.remove(eve, id)).toThrow('is kept');
    station.jobs.keep(eve, id, false);
    station.jobs.remove(eve, id);
    expect(existsSync(station.jobs.folderOf(id))).toBe(false);
    expect(() => station.jobs.get(id)).toThrow('no job');
    expect(recorded(station, 'job.deleted', id)).toBe(1);
  });

  it('is deleted from the oldest on when there is too much, and what is kept stays', async () => {
    const station = open({ results: 1 });
    const kept = await when(station, await station.jobs.ask(olga, brief));
    station.jobs.keep(eve, kept.id, true);
    const ids: string[] = [];
    for (let i = 0; i < 2; i++) ids.push((await when(station, await station.jobs.ask(olga, brief))).id);
    expect(station.jobs.list({ limit: 9 }).map(({ id }) => id)).toEqual([ids[1], kept.id]);
  });
});

describe('a search as a job', () => {
  const search: JobRequest = {
    ...{ kind: 'optimisation', subject, settings: brief.settings, vary: ['charge.X=0.1..0.5 g/L'] },
    ...{ sense: 'maximise', figure: 'biomass at end', evaluations: 8, seed: 1 },
  };

  it('comes to its best settings, with a table of all that was tried', async () => {
    const { result, status } = await when(shared, await shared.jobs.ask(olga, search));
    expect(status).toBe('complete');
    expect(result).toMatchObject({ members: 8, settings: [expect.stringMatching(/^charge\.X=0\.\d+ g\/L$/)] });
    const files = shared.results.files(shared.jobs.list({ kinds: ['optimisation'], limit: 1 })[0]!);
    expect(files.map(({ path }) => path)).toEqual(['candidates.csv', 'manifest.json', 'optimum.json', 'report.html']);
  });

  it('is refused when it is asked for, where settings or figure are none of the scenario', async () => {
    const ask = (changes: object) => shared.jobs.ask(olga, { ...search, ...changes } as JobRequest);
    await expect(ask({ vary: ['charge.X=0.1..0.5 m'] })).rejects.toThrow('charge.X');
    await expect(ask({ figure: 'biomas at end' })).rejects.toThrow('no key figure `biomas at end`');
  });
});

describe('a station that was cut off', () => {
  it('does again what was being worked on, says so, and gives up on what was cut off too often', async () => {
    const first = open();
    const [asked, queued] = [await first.jobs.ask(olga, endless), await first.jobs.ask(olga, brief)];
    await when(first, asked, running);
    const second = open({}, await close(first));
    expect((await when(second, asked, running)).starts).toBe(2);
    expect(recorded(second, 'job.interrupted')).toBe(1);
    const folder = await close(second);
    const index = new DatabaseSync(join(folder, 'jobs/jobs.sqlite'));
    index.prepare("UPDATE jobs SET body = json_set(body, '$.starts', 10) WHERE id = ?").run(asked.id);
    index.close();
    const third = open({}, folder);
    const given = third.jobs.get(asked.id);
    expect([given.status, given.says]).toEqual(['failed', expect.stringContaining('10 times')]);
    expect((await when(third, queued)).status).toBe('complete');
  });
});
