import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, RunResult } from '@fedbatch/runtime';
import { canonicalJson } from './canonical-json.ts';
import { digest, digestOf, writeWhole } from './file-digest.ts';
import { Journal } from './journal.ts';
import type { Actor, RecordTime } from './journal-record.ts';
import type { JournalHead } from './journal-verifier.ts';
import { jsonText } from './json-text.ts';
import type { FileDigest, Manifest } from './manifest.ts';
import { refuse } from './refusal.ts';
import { reportHtml } from './report/report.ts';
import { csvText } from './samples-csv.ts';
import { parquetBytes } from './samples-parquet.ts';
import { samplesSchema } from './samples-table.ts';
import { isSpectraName, spectraLines, spectraName } from './spectra-table.ts';

/** What a run was made from and when: everything that the result itself cannot know. */
export interface ResultContext {
  readonly inputs: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly overrides: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly started: Date;
  readonly ended: Date;
  readonly actor: Actor;
}

/** How a result lies in its folder. */
export interface ResultForm {
  /**
   * 'on-demand': `samples.csv` is left out, which is most of the bytes; manifest and journal have its digest all the same, and `storedCsvText`
   * makes the same bytes from the Parquet file.
   */
  readonly csv?: 'written' | 'on-demand';
}

const manifestName = 'manifest.json';
const journalName = 'journal.jsonl';
/** Every file of a result beside its manifest. */
const outputNames = [
  ...['samples.csv', 'samples.parquet', 'schema.json', 'key-figures.json', 'audit.json', 'faults.json'],
  ...[journalName, 'report.html'],
];

/**
 * Refuses a folder that holds something else than an earlier result, or the trace of one that was killed, before any work is done.
 * Throws ProblemError.
 */
export function checkResultFolder(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) refuseFolder(folder, `${folder} is a file, not a folder.`);
  const names = readdirSync(folder);
  if (names.includes(manifestName) && isResult(folder)) return;
  const foreign = names.filter(
    (name) => !outputNames.includes(name) && !isSpectraName(name) && !name.startsWith('.part-'),
  );
  if (foreign.length > 0)
    refuseFolder(
      folder,
      `The folder ${folder} holds other files (${foreign.slice(0, 3).join(', ')}) and is not a result of an earlier run.`,
    );
}

function refuseFolder(folder: string, says: string): never {
  const remedy = existsSync(folder) && statSync(folder).isDirectory() ? ', or empty this one' : '';
  return refuse('RECORDS_FOLDER_FOREIGN', says, `Choose another folder with --out${remedy}.`);
}

/** Other programs have files called manifest.json too. */
function isResult(folder: string): boolean {
  try {
    return readManifest(folder).format === 'fedbatch-result';
  } catch {
    return false;
  }
}

/** Takes an earlier result away, its manifest first: what is there without one is known to be incomplete. */
function clear(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    refuseFolder(folder, `The folder ${folder} cannot be made: ${(error as NodeJS.ErrnoException).code}.`);
  }
  const spectra = readdirSync(folder).filter(isSpectraName);
  for (const name of [manifestName, ...outputNames, ...spectra]) {
    rmSync(join(folder, name), { force: true });
    rmSync(join(folder, `.part-${name}`), { force: true });
  }
}

/**
 * Writes samples (CSV, Parquet), their schema, key figures, audit, journal, report and manifest. Each file appears under its name only when it is
 * complete, and the manifest last: a folder without one is the trace of a run that was killed. Throws ProblemError.
 */
export function writeResult(
  folder: string,
  run: RunResult,
  context: ResultContext,
  { csv = 'written' }: ResultForm = {},
): Manifest {
  checkResultFolder(folder);
  clear(folder);
  const inputs = context.inputs.map(({ path, bytes }) => digest(path, bytes));
  const runId = runIdOf(run, context, inputs);
  const outputs: FileDigest[] = [];
  const put = (name: string, chunks: Iterable<string | Uint8Array>): void => {
    outputs.push(writeWhole(folder, name, chunks));
  };
  if (csv === 'written') put('samples.csv', csvText(run.samples));
  else outputs.push(digestOf('samples.csv', csvText(run.samples)));
  put('samples.parquet', [parquetBytes(run.samples)]);
  for (const one of run.spectra ?? []) put(spectraName(one), spectraLines(one));
  put('schema.json', [jsonText(samplesSchema(run.samples))]);
  put('key-figures.json', [jsonText({ keyFigures: run.keyFigures, expectations: run.expectations })]);
  put('audit.json', [jsonText(run.audit)]);
  if (run.faults) put('faults.json', [jsonText({ faults: run.faults })]);
  const journal = writeJournal(folder, run, runId.slice(0, 16), context.actor, inputs, [...outputs]);
  outputs.push(digest(journalName, readFileSync(join(folder, journalName))));
  const { title, organism, vessel, seed } = run.scenario;
  const manifest: Manifest = {
    format: 'fedbatch-result',
    formatVersion: 1,
    runId,
    scenario: title,
    organism,
    vessel,
    seed,
    overrides: context.overrides,
    versions: context.versions,
    inputs,
    outputs,
    journal,
    outcome: run.outcome,
    work: run.work,
    started: context.started.toISOString(),
    ended: context.ended.toISOString(),
  };
  put('report.html', [reportHtml(run, manifest)]);
  writeWhole(folder, manifestName, [jsonText(manifest)]);
  return manifest;
}

/** Hash over all that the run follows from: the same run has the same id, whenever and wherever it ran. */
function runIdOf(run: RunResult, { overrides, versions }: ResultContext, inputs: readonly FileDigest[]): string {
  const source = {
    inputs: inputs.map(({ sha256 }) => sha256),
    overrides: [...overrides],
    versions: { ...versions },
    seed: run.scenario.seed,
  };
  return createHash('sha256').update(canonicalJson(source)).digest('hex');
}

function writeJournal(
  folder: string,
  run: RunResult,
  batch: string,
  actor: Actor,
  inputs: readonly FileDigest[],
  data: readonly FileDigest[],
): JournalHead {
  const part = join(folder, `.part-${journalName}`);
  const journal = new Journal(part, { batch, flush: 'close' });
  const time = (timeH: number): RecordTime => ({
    wall: null,
    mono: null,
    sim: timeH,
    clockSource: 'simulated',
    syncState: 'none',
  });
  for (const { path, sha256, bytes } of inputs) {
    journal.append({ type: 'input', actor, t: time(0), subject: path, blob: [{ sha256, len: bytes, dtype: 'file' }] });
  }
  for (const event of run.events)
    journal.append({
      type: event.kind,
      actor,
      t: time(event.timeH),
      subject: event.subject,
      reason: event.says,
      ...changeOf(event),
    });
  for (const { text, met, value, unit } of run.expectations) {
    journal.append({
      type: 'expectation',
      actor,
      t: time(run.outcome.timeH),
      subject: text,
      new: met ? 'met' : 'missed',
      reason: Number.isFinite(value) ? `${value} ${unit}` : 'no value',
      unit,
    });
  }
  for (const { path, sha256, bytes } of data) {
    journal.append({
      type: 'data',
      actor,
      t: time(run.outcome.timeH),
      subject: path,
      blob: [{ sha256, len: bytes, dtype: 'file' }],
    });
  }
  const head = journal.close();
  renameSync(part, join(folder, journalName));
  return head;
}

function changeOf({ old, new: now, unit }: RunEvent): { old?: number | string; new?: number | string; unit?: string } {
  return {
    ...(old !== undefined && { old }),
    ...(now !== undefined && { new: now }),
    ...(unit !== undefined && { unit }),
  };
}

/** The manifest of a result folder. Throws when there is none. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest;
}
