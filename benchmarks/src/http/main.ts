// How soon the HTTP face answers while everything else goes on: node benchmarks/src/http/main.ts [seconds]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvents } from '@fedbatch/client';
import { Served } from './client.ts';

const seconds = Number(process.argv[2] ?? 60);
const readers = 50;
const perSecond = 100;
const folder = mkdtempSync(join(tmpdir(), 'fedbatch-http-'));
const served = await Served.start(folder);
const plant = '/v1/plants/Bioreactor1';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A reader that goes away every so often and comes back: every record must come to it, once and in order. */
async function read(
  index: number,
  until: number,
): Promise<{ records: number; lost: number; frames: number; visits: number }> {
  const found = { records: 0, lost: 0, frames: 0, visits: 0 };
  let last = -1;
  while (performance.now() < until) {
    found.visits++;
    const leave = new AbortController();
    const staysMs = Math.min(2000 + 137 * index, until - performance.now());
    const timer = setTimeout(() => leave.abort(), staysMs);
    try {
      const headers = { authorization: `Bearer ${served.token}` };
      const options = { headers, after: String(last), signal: leave.signal };
      for await (const { id, event } of readEvents(`${served.address}${plant}/stream`, options)) {
        if (event === 'tags') found.frames++;
        if (event !== 'record') continue;
        if (Number(id) !== last + 1) found.lost++;
        last = Number(id);
        found.records++;
      }
    } catch (error) {
      if (!leave.signal.aborted) throw error;
    }
    clearTimeout(timer);
  }
  return { ...found, lost: found.lost + Math.max(0, (await records()) - 1 - last) };
}

async function records(): Promise<number> {
  return ((await (await served.ask('GET', plant)).json()) as { records: number }).records;
}

const first = (await (await served.ask('POST', '/v1/runs', { scenario: 'ecoli-exponential' })).json()) as {
  id: string;
};
for (;;) {
  const { status } = (await (await served.ask('GET', `/v1/runs/${first.id}`)).json()) as { status: string };
  if (status === 'complete') break;
  await pause(200);
}
const questions: readonly (() => Promise<Response>)[] = [
  () => served.ask('GET', '/v1/plants'),
  () => served.ask('GET', `${plant}/tags`),
  () => served.ask('GET', `${plant}/tags?ids=feed.rate.setpoint,stirrer.speed.setpoint`),
  () => served.ask('GET', '/v1/runs?limit=20'),
  () => served.ask('GET', `/v1/runs/${first.id}`),
  () => served.ask('GET', `${plant}/records?limit=50`),
  () => served.ask('GET', '/health/ready'),
  () => served.ask('PUT', `${plant}/tags/harvest.rate.mode`, { value: 'automatic', reason: 'a measurement' }),
];

async function measure(name: string): Promise<string> {
  const before = await served.usage();
  const until = performance.now() + 1000 * seconds;
  const reading = Array.from({ length: readers }, (_, index) => read(index, until - 1000));
  const times: number[] = [];
  const failed: number[] = [];
  const asked: Promise<void>[] = [];
  const begin = performance.now();
  for (let i = 0; performance.now() < until - 1500; i++) {
    const due = begin + (1000 * i) / perSecond;
    if (due > performance.now()) await pause(due - performance.now());
    const question = questions[i % questions.length]!;
    const from = performance.now();
    asked.push(
      question().then(async (response) => {
        await response.arrayBuffer();
        times.push(performance.now() - from);
        if (response.status >= 400) failed.push(response.status);
      }),
    );
  }
  await Promise.all(asked);
  const read_ = await Promise.all(reading);
  const after = await served.usage();
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(1);
  const sum = (key: 'records' | 'lost' | 'frames' | 'visits'): number => read_.reduce((all, one) => all + one[key], 0);
  const cells = [
    name,
    ...[times.length, failed.length, at(0.5), at(0.99), at(0.999), times.at(-1)!.toFixed(0)],
    ...[sum('frames'), sum('visits'), sum('records'), sum('lost'), after.late - before.late, after.heldMs.toFixed(0)],
    ((after.cpuMs - before.cpuMs) / (10 * seconds)).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

console.log(
  `${readers} readers, ${perSecond} requests a second, a plant at 10 scans a second, ${seconds} s\n\n` +
    '| beside | requests | failed | p50, ms | p99, ms | p99.9, ms | most, ms | frames | visits | records | lost | late scans | server held, ms at most | CPU, % of a core |\n' +
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
);
console.log(await measure('nothing'));
const study = await served.ask('POST', '/v1/studies', { kind: 'comparison', study: 'ecoli-feeding', members: 100_000 });
const { id } = (await study.json()) as { id: string };
await pause(5000);
console.log(await measure('a study on all cores'));
await served.ask('POST', `/v1/studies/${id}/stop`);
await served.kill();
rmSync(folder, { recursive: true, force: true });
