// Ends a station as a power cut would, at moments of chance, and looks whether everything that it acknowledged is there:
// node benchmarks/src/http/kills.ts [kills] [seed]
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partsOf, verifyJournal } from '@fedbatch/records';
import { Served } from './client.ts';

const kills = Number(process.argv[2] ?? 100);
let state = Number(process.argv[3] ?? 1);
/** mulberry32: chance that a second try repeats. */
function chance(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly starts: number;
  readonly result: { readonly runId: string } | null;
}
interface Told {
  readonly records: { readonly seq: number; readonly type: string; readonly reason: string | null }[];
}

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-kills-'));
const plant = '/v1/plants/Bioreactor1';
const runs = new Set<string>();
const ended = new Map<string, string>();
/** Records of the plant that the station said it had written, by the reason that was given. */
const acknowledged = new Map<number, string>();
let torn = 0;
let notedTorn = 0;
let restarted = 0;
const wrong: string[] = [];
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function json<Answer>(served: Served, method: string, path: string, body?: unknown): Promise<Answer | undefined> {
  try {
    const response = await served.ask(method, path, body);
    return response.ok ? ((await response.json()) as Answer) : undefined;
  } catch {
    return undefined; // It was killed before it answered: nothing was acknowledged.
  }
}

/** Two clients at work until the station is gone. */
async function busy(served: Served, round: number, until: number): Promise<void> {
  const asking = async (): Promise<void> => {
    while (performance.now() < until) {
      const seed = 1 + Math.floor(3 * chance());
      const asked = await json<Shown>(served, 'POST', '/v1/runs', { scenario: 'ecoli-exponential', seed });
      if (!asked) return;
      runs.add(asked.id);
    }
  };
  const writing = async (): Promise<void> => {
    for (let i = 0; performance.now() < until; i++) {
      const reason = `round ${round}, ${i}`;
      const value = i % 2 === 0 ? 'manual' : 'automatic';
      const receipt = await json<{ record: number }>(served, 'PUT', `${plant}/tags/harvest.rate.mode`, {
        value,
        reason,
      });
      if (!receipt) return;
      acknowledged.set(receipt.record, reason);
    }
  };
  await Promise.all([asking(), writing()]);
}

async function look(served: Served): Promise<void> {
  for (const id of runs) {
    const shown = await json<Shown>(served, 'GET', `/v1/runs/${id}`);
    if (!shown) wrong.push(`the run ${id} is gone`);
    else if (ended.has(id) && ended.get(id) !== `${shown.status} ${shown.result?.runId}`)
      wrong.push(`the run ${id} was ${ended.get(id)} and is ${shown.status} ${shown.result?.runId}`);
    else if (shown.status === 'complete') {
      ended.set(id, `${shown.status} ${shown.result?.runId}`);
      if (!existsSync(join(folder, 'jobs/results', id, 'manifest.json'))) wrong.push(`the run ${id} has no manifest`);
    }
    if (shown && shown.starts > 1) restarted++;
  }
  const told = await json<Told>(served, 'GET', `${plant}/records?limit=5000`);
  const all = [...(told?.records ?? [])];
  for (let last = all.at(-1); last && all.length % 5000 === 0; last = all.at(-1)) {
    const more = await json<Told>(served, 'GET', `${plant}/records?limit=5000&after=${last.seq}`);
    if (!more || more.records.length === 0) break;
    all.push(...more.records);
  }
  const bySeq = new Map(all.map((record) => [record.seq, record]));
  for (const [seq, reason] of acknowledged)
    if (bySeq.get(seq)?.reason !== reason) wrong.push(`record ${seq} says ${bySeq.get(seq)?.reason}, not ${reason}`);
  notedTorn = all.filter(({ type }) => type === 'journal.torn').length;
}

for (let round = 0; round < kills; round++) {
  const served = await Served.start(folder, '10');
  await look(served);
  const work = busy(served, round, performance.now() + 10_000);
  await pause(300 + 3000 * chance());
  await served.kill();
  await work.catch(() => {});
  const journal = join(folder, 'Bioreactor1', 'journal.jsonl');
  // Sometimes the cut goes through a line that was being written, which a kill alone does seldom.
  if (chance() < 0.3) {
    const { whole } = partsOf(readFileSync(journal));
    const file = openSync(journal, 'r+');
    writeSync(file, '{"actor":{"agent":"ht', whole.length);
    closeSync(file);
    torn++;
  }
  process.stderr.write(`\r${round + 1} of ${kills}`);
}
process.stderr.write('\n');
const served = await Served.start(folder, '10');
for (;;) {
  const open = await Promise.all([...runs].map((id) => json<Shown>(served, 'GET', `/v1/runs/${id}`)));
  if (open.every((shown) => shown && ['complete', 'failed', 'stopped'].includes(shown.status))) break;
  await pause(500);
}
await look(served);
await served.kill();
const verdicts = ['station.jsonl', 'Bioreactor1/journal.jsonl'].map((file) =>
  verifyJournal(readFileSync(join(folder, file))),
);
verdicts.forEach((verdict) => verdict.valid || wrong.push(`a journal is damaged: ${verdict.why}`));
const unfinished = readdirSync(join(folder, 'jobs/results')).filter((id) => !runs.has(id));
console.log(
  `${kills} kills: ${runs.size} runs acknowledged, ${ended.size} complete, ${restarted} sightings of a second start; ` +
    `${acknowledged.size} acknowledged commands, all ${wrong.length === 0 ? 'there' : 'but some there'}; ` +
    `${torn} torn tails, ${notedTorn} of them noted; ${unfinished.length} results of runs that nobody was told of.`,
);
for (const line of wrong.slice(0, 20)) console.log(line);
rmSync(folder, { recursive: true, force: true });
process.exit(wrong.length === 0 ? 0 : 1);
