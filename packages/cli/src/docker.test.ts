import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiFace } from '@fedbatch/api';
import { readServe, Station, settleServe } from '@fedbatch/station';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const docker = resolve(import.meta.dirname, '../../../docker');
const read = (...path: string[]): string => readFileSync(join(docker, ...path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-docker-'));
const metrics = new Set(['up']);

beforeAll(async () => {
  const scenario = resolve(docker, '../sims/scenarios/ecoli-exponential');
  const station = new Station({ folder, scenarios: [scenario], clock: 'lockstep', speed: 1 });
  const face = await ApiFace.build(station, { port: 0, host: '127.0.0.1', lab: 'locked' });
  const { payload } = await face.app.inject('/metrics');
  for (const [, name, kind] of payload.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    metrics.add(name!);
    if (kind === 'histogram') for (const part of ['bucket', 'sum', 'count']) metrics.add(`${name}_${part}`);
  }
  await face.stop();
  await station.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names in a query that are neither functions, nor labels, nor words of the language. */
function metricsIn(query: string): string[] {
  const plain = query
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\b(?:by|without)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ');
  return [...plain.matchAll(/[a-z_][a-z0-9_:]*(?!\w*\s*\()/gi)].map(([name]) => name);
}

describe('the monitoring that ships', () => {
  const dashboard = JSON.parse(read('monitoring', 'dashboard.json')) as {
    panels: { title: string; datasource: { uid: string }; targets: { expr: string }[] }[];
  };

  it('has a dashboard that asks for nothing but what the server tells', () => {
    const asked = dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.filter((name) => !metrics.has(name))).toEqual([]);
  });

  it('shows everything of our own that the server tells', () => {
    const text = JSON.stringify(dashboard);
    const ours = [...metrics].filter((name) => name.startsWith('fedbatch_') && !/_(bucket|sum|count)$/.test(name));
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('has panels on the data source that is set up with it', () => {
    const uid = /uid: (\S+)/.exec(read('monitoring', 'datasource.yaml'))![1];
    expect(dashboard.panels.map(({ datasource }) => datasource.uid)).toEqual(dashboard.panels.map(() => uid));
  });

  it('has alerts on what the server tells', () => {
    const asked = [...read('monitoring', 'alerts.yml').matchAll(/expr: (.*)/g)].flatMap(([, expr]) => metricsIn(expr!));
    expect(asked).toContain('fedbatch_ready');
    expect(asked.filter((name) => !metrics.has(name))).toEqual([]);
  });

  it('asks the port that the image opens', () => {
    expect(read('monitoring', 'prometheus.yml')).toContain('targets: ["station:8080"]');
    expect(read('Dockerfile')).toMatch(/^EXPOSE 4840 8080$/m);
  });

  it.skipIf(spawnSync('promtool', ['--version']).status !== 0)("stands up to Prometheus' own checker", () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', 'prometheus.yml'], {
      cwd: join(docker, 'monitoring'),
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toMatch(/3 rules found/);
    expect(status).toBe(0);
  });
});

describe('the image', () => {
  it('serves a configuration that reads, on the ports that it opens', () => {
    const settings = settleServe(readServe(join(docker, 'fedbatch.yaml')));
    expect(settings.opcua).toMatchObject({ host: '0.0.0.0', port: 4840, lab: 'locked' });
    expect(settings.http).toMatchObject({ host: '0.0.0.0', port: 8080, lab: 'locked' });
    expect(read('Dockerfile')).toContain('COPY docker/fedbatch.yaml docker/fedbatch.yaml');
  });

  it('mounts only files that are there', () => {
    const files = [...read('compose.yaml').matchAll(/- \.\/(\S+?):/g)].map(([, file]) => file!);
    expect(files).toContain('monitoring/dashboard.json');
    const there = readdirSync(docker, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => !there.includes(file))).toEqual([]);
  });
});
