import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyJournal } from './journal-verifier.ts';
import { openSamples } from './open-samples.ts';
import { niceAxis } from './report/axis.ts';
import { linePath } from './report/line-chart.ts';
import { reportHtml } from './report/report.ts';
import { checkResultFolder, type ResultContext, readManifest, writeResult } from './result-folder.ts';
import { storedCsvText } from './samples-csv.ts';
import { sampleRun } from './test-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'fedbatch-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const context = (started: string): ResultContext => ({
  inputs: [{ path: 'scenario.yaml', bytes: Buffer.from('scenario: test') }],
  overrides: ['charge.X=1 g/L'],
  versions: { fedbatch: '0.1.0', node: '24' },
  started: new Date(started),
  ended: new Date(started),
  actor: { human: null, agent: 'test', role: 'runner', session: null },
});

describe('a result folder', () => {
  const path = join(folder, 'result');
  const manifest = writeResult(path, sampleRun(), context('2026-01-01T00:00:00Z'));

  it('holds what its manifest says, to the hash', () => {
    expect(manifest.outputs.map(({ path: name }) => name).sort()).toEqual([
      'audit.json',
      'journal.jsonl',
      'key-figures.json',
      'report.html',
      'samples.csv',
      'samples.parquet',
      'schema.json',
    ]);
    for (const { path: name, sha256, bytes } of manifest.outputs) {
      const content = readFileSync(join(path, name));
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
    expect(readManifest(path)).toEqual(manifest);
  });

  it('has a journal that verifies against the head in the manifest, and holds the hashes of inputs and data', () => {
    const bytes = readFileSync(join(path, 'journal.jsonl'));
    expect(verifyJournal(bytes, manifest.journal)).toMatchObject({ valid: true });
    const records = bytes
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records[0]).toMatchObject({
      type: 'input',
      subject: 'scenario.yaml',
      blob: [{ sha256: manifest.inputs[0]!.sha256 }],
    });
    expect(records.filter(({ type }) => type === 'data').map(({ subject }) => subject)).toContain('samples.csv');
    expect(records.every(({ t }) => t.wall === null && t.clockSource === 'simulated')).toBe(true);
  });

  it('is the same at another time, but for the manifest and the report', () => {
    const later = join(folder, 'later');
    const second = writeResult(later, sampleRun(), context('2027-05-05T05:05:05Z'));
    for (const name of [
      'samples.csv',
      'samples.parquet',
      'journal.jsonl',
      'audit.json',
      'key-figures.json',
      'schema.json',
    ]) {
      expect(readFileSync(join(later, name)).equals(readFileSync(join(path, name))), name).toBe(true);
    }
    expect(second.runId).toBe(manifest.runId);
    expect(second.started).not.toBe(manifest.started);
  });

  it('may leave samples.csv out: journal and manifest are the same, and the same bytes are made when somebody wants them', async () => {
    const lean = join(folder, 'lean');
    const again = writeResult(lean, sampleRun(), context('2026-01-01T00:00:00Z'), { csv: 'on-demand' });
    expect(again).toEqual(manifest);
    expect(readdirSync(lean).sort()).toEqual(
      readdirSync(path)
        .filter((name) => name !== 'samples.csv')
        .sort(),
    );
    for (const name of readdirSync(lean))
      expect(readFileSync(join(lean, name)).equals(readFileSync(join(path, name))), name).toBe(true);
    const samples = await openSamples(lean);
    const hash = createHash('sha256');
    for await (const text of storedCsvText(samples)) hash.update(text);
    await samples.close();
    expect(hash.digest('hex')).toBe(manifest.outputs.find(({ path: name }) => name === 'samples.csv')!.sha256);
  });

  it('replaces an earlier result and leaves no parts behind', () => {
    writeResult(path, sampleRun(), context('2026-01-01T00:00:00Z'));
    expect(existsSync(join(path, '.part-samples.csv'))).toBe(false);
  });

  it('replaces what a killed run has left, and takes the old manifest away before anything else', () => {
    const killed = join(folder, 'killed');
    writeResult(killed, sampleRun(), context('2026-01-01T00:00:00Z'));
    const broken = sampleRun();
    const halfWay = { ...broken, samples: { ...broken.samples, channels: [{ ...broken.samples.channels[0]! }] } };
    Object.defineProperty(halfWay, 'audit', {
      get: () => {
        throw new Error('killed');
      },
    });
    expect(() => writeResult(killed, halfWay, context('2026-01-01T00:00:00Z'))).toThrow('killed');
    expect(readdirSync(killed).sort()).toEqual(['key-figures.json', 'samples.csv', 'samples.parquet', 'schema.json']);
    expect(writeResult(killed, sampleRun(), context('2026-01-01T00:00:00Z')).outputs).toHaveLength(7);
  });

  it('has a table for the spectra of each spectrometer where a run kept them, and takes it away with the rest', () => {
    const lit = join(folder, 'lit');
    const spectra = {
      tag: 'raman',
      shifts: Float64Array.of(400, 402.5),
      timeH: Float64Array.of(0, 0.25),
      counts: [Float64Array.of(1000.04, 900), Float64Array.of(1000.06, 899.5)],
    };
    const { outputs } = writeResult(lit, sampleRun({ spectra: [spectra] }), context('2026-01-01T00:00:00Z'));
    expect(outputs.map(({ path: name }) => name)).toContain('spectra-raman.csv');
    const text = readFileSync(join(lit, 'spectra-raman.csv'), 'utf8');
    expect(text).toBe('time [h],400,402.5\n0,1000,900\n0.25,1000.1,899.5\n');
    rmSync(join(lit, 'manifest.json'));
    writeResult(lit, sampleRun(), context('2026-01-01T00:00:00Z'));
    expect(existsSync(join(lit, 'spectra-raman.csv'))).toBe(false);
  });

  it('is refused where the manifest is that of something else, and where a file lies', () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'manifest.json'), '{"name":"a web page"}');
    expect(() => checkResultFolder(other)).toThrow(/manifest\.json/);
    expect(() => checkResultFolder(join(other, 'manifest.json'))).toThrow(/is a file, not a folder/);
    expect(() => writeResult(join(other, 'manifest.json', 'x'), sampleRun(), context('2026-01-01T00:00:00Z'))).toThrow(
      /cannot be made: ENOTDIR/,
    );
    expect(readFileSync(join(other, 'manifest.json'), 'utf8')).toBe('{"name":"a web page"}');
  });

  it('is refused where other files lie', () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'data.xlsx'), '');
    expect(() => writeResult(foreign, sampleRun(), context('2026-01-01T00:00:00Z'))).toThrow(/data\.xlsx/);
  });
});

describe('the report', () => {
  const path = join(folder, 'report');
  const manifest = writeResult(path, sampleRun(), context('2026-01-01T00:00:00Z'));

  it('is drawn as dots in the panel of its channel, and said in the legend', () => {
    const run = sampleRun({
      references: [{ channel: 'X', timeH: Float64Array.of(1, 5), values: Float64Array.of(2, 4) }],
    });
    const html = reportHtml(run, manifest);
    expect(html.match(/class="dots s1" d="M[\d.]+ [\d.]+h0M[\d.]+ [\d.]+h0"/g)).toHaveLength(1);
    expect(html).toMatch(/biomass <output[^>]*>[^<]*<\/output>.*\(dots: reference\)/);
    expect(reportHtml(sampleRun(), manifest)).not.toMatch(/class="dots/);
  });

  it('asks the network for nothing and runs only its own script', () => {
    const page = reportHtml(sampleRun(), manifest);
    expect(page).not.toMatch(/(?:src|href)\s*=|@import|url\(/);
    expect(page).toMatch(/default-src 'none'/);
    expect(page.match(/<script/g)).toHaveLength(2);
  });

  it('escapes every text that comes from files', () => {
    const evil = '<script>alert(1)</script>"\'&';
    const poison = <T>(value: T): T => {
      if (typeof value === 'string') return evil as T;
      if (Array.isArray(value)) return value.map(poison) as T;
      if (value !== null && typeof value === 'object' && !ArrayBuffer.isView(value))
        return Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [key, ['kind', 'unit'].includes(key) ? inner : poison(inner)]),
        ) as T;
      return value;
    };
    const page = reportHtml(
      { ...poison(sampleRun()), outcome: { kind: 'complete', timeH: 1, says: evil } },
      { ...poison(manifest), versions: { [evil]: evil } },
    );
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;alert(1)');
  });

  it('says in words what became of the run', () => {
    const verdict = (changes: Parameters<typeof sampleRun>[0]): string => reportHtml(sampleRun(changes), manifest);
    expect(verdict({})).toMatch(/1 of 2 expectations missed/);
    expect(verdict({ expectations: [] })).toMatch(/Complete/);
    expect(verdict({ outcome: { kind: 'stopped', timeH: 1, says: 'Stopped by hand at 1 h.' } })).toMatch(
      /Stopped by hand/,
    );
    expect(verdict({ outcome: { kind: 'failed', timeH: 1, says: 'It broke.' } })).toMatch(
      /Numerical failure[\s\S]*It broke/,
    );
  });

  it.each([
    ['no samples', { timeH: new Float64Array(0), columns: [new Float64Array(0)] }],
    ['one sample', { timeH: Float64Array.of(0), columns: [Float64Array.of(1)] }],
    ['a constant', { timeH: Float64Array.of(0, 1), columns: [Float64Array.of(5, 5)] }],
    ['nothing but gaps', { timeH: Float64Array.of(0, 1), columns: [Float64Array.of(Number.NaN, Number.NaN)] }],
  ])('can show %s', (_, data) => {
    const channels = [{ id: 'X', says: 'biomass', unit: 'g/L', kind: 'concentration' as const, panel: 'One' }];
    const page = reportHtml(sampleRun({ samples: { channels, ...data } }), manifest);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('a line', () => {
  it('keeps every peak when it is thinned to pixels', () => {
    const timeH = Float64Array.from({ length: 100_000 }, (_, i) => i / 100_000);
    const values = timeH.map((_, i) => (i === 54_321 ? 7 : i === 12_345 ? -3 : 0));
    const path = linePath(
      timeH,
      values,
      (t) => t * 500,
      (v) => v,
    );
    expect(path).toContain(' 7.0');
    expect(path).toContain(' -3.0');
    expect(path.split(/[ML]/).length).toBeLessThan(2100);
  });

  it('breaks at a gap', () => {
    const path = linePath(
      Float64Array.of(0, 1, 2, 3),
      Float64Array.of(1, Number.NaN, 3, 4),
      (t) => t * 10,
      (v) => v,
    );
    expect(path.match(/M/g)).toHaveLength(2);
  });
});

describe('an axis', () => {
  it.each([
    [0, 34.08, [0, 10, 20, 30, 40]],
    [6, 6.78, [6, 6.2, 6.4, 6.6, 6.8]],
    [5, 5, [4.4, 4.6, 4.8, 5, 5.2, 5.4, 5.6]],
  ])('from %d to %d has round ticks', (low, high, ticks) => {
    const found = niceAxis(low, high, 4).ticks;
    if (low === high) expect(found).toContain(5);
    else expect(found).toEqual(ticks);
  });
});
