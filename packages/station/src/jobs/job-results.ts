import { createReadStream, existsSync, mkdirSync, type ReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Journal, type JournalRecord, type Json, type SamplesQuery } from '@fedbatch/records';
import type { Person } from '@fedbatch/vocabulary';
import { entryFields, type ManualEntry } from '../live/manual-entry.ts';
import { refuse } from '../refuse.ts';
import { type ExportForm, exportSamples } from './export-stream.ts';
import { hasEnded, type Job } from './job.ts';
import type { SamplesFound, SamplesWanted } from './job-tasks.ts';
import type { Jobs } from './jobs.ts';
import type { QuestionDesk } from './question-desk.ts';

export interface ResultFile {
  readonly path: string;
  readonly bytes: number;
}

/** Key figures of some runs side by side. */
export interface RunsCompared {
  readonly runs: readonly { readonly id: string; readonly title: string; readonly settings: readonly string[] }[];
  readonly figures: readonly {
    readonly id: string;
    readonly says: string;
    readonly unit: string;
    readonly values: readonly (number | null)[];
    readonly differences: readonly (number | null)[];
  }[];
}

/** Parts of the result of a run that are small enough to be read whole. */
const partFiles = {
  manifest: 'manifest.json',
  figures: 'key-figures.json',
  audit: 'audit.json',
  schema: 'schema.json',
  faults: 'faults.json',
} as const;
export type ResultPart = keyof typeof partFiles;

const mostCompared = 20;

/** What jobs have left behind: read by name from what is there, so that no name leads out of a folder. */
export class JobResults {
  readonly #jobs: Jobs;
  readonly #desk: QuestionDesk;

  constructor(jobs: Jobs, desk: QuestionDesk) {
    this.#jobs = jobs;
    this.#desk = desk;
  }

  /** Samples of a run by column, window and unit, thinned where that is asked for. Throws ProblemError. */
  async samples(job: Job, query: SamplesWanted): Promise<SamplesFound> {
    const folder = this.#sampled(job);
    return (await this.#desk.ask({ kind: 'samples', folder, query })) as SamplesFound;
  }

  /** The same as a file, made while it is read. Throws ProblemError. */
  async export(job: Job, query: SamplesQuery, form: ExportForm): Promise<Readable> {
    return exportSamples({ folder: this.#sampled(job), query, form });
  }

  /** Files of a result, in order of their names. */
  files(job: Job): ResultFile[] {
    const folder = this.#jobs.folderOf(job.id);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.part-'))
      .map((entry) => {
        const whole = join(entry.parentPath, entry.name);
        return { path: whole.slice(folder.length + 1).replaceAll('\\', '/'), bytes: statSync(whole).size };
      })
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Throws ProblemError where there is none. */
  open(job: Job, path: string): ResultFile & { readonly stream: ReadStream } {
    const file = this.files(job).find((one) => one.path === path);
    if (!file) return this.#missing(job, path);
    return { ...file, stream: createReadStream(join(this.#jobs.folderOf(job.id), file.path)) };
  }

  /** One part as JSON. Throws ProblemError where the run has not come so far. */
  part(job: Job, part: ResultPart): Json {
    const path = join(this.#jobs.folderOf(job.id), partFiles[part]);
    if (!existsSync(path)) return this.#missing(job, partFiles[part]);
    return JSON.parse(readFileSync(path, 'utf8')) as Json;
  }

  /** Records of the journal of a run. */
  records(job: Job, from: number, limit: number): JournalRecord[] {
    const path = join(this.#jobs.folderOf(job.id), 'journal.jsonl');
    if (!existsSync(path)) return this.#missing(job, 'journal.jsonl');
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    return lines.slice(from, from + limit).map((line) => JSON.parse(line) as JournalRecord);
  }

  /** Puts on record what a person says of a run that has ended, beside its result; gives the number of the record. Throws ProblemError. */
  enter(person: Person, job: Job, entry: ManualEntry): number {
    if (!hasEnded(job))
      refuse('STATION_JOB_STATE', `The job ${job.id} is ${job.status}, and takes no entries yet.`, 'Wait for its end.');
    return this.#withEntries(job, (journal) => {
      const fields = entryFields(person, entry, journal.size);
      const { name, face, role, session } = person;
      const actor = { human: name, agent: face, role, session };
      const t = {
        wall: new Date().toISOString(),
        mono: null,
        sim: entry.timeH ?? null,
        clockSource: 'system',
        syncState: 'unknown',
      } as const;
      return journal.append({ type: 'entry', actor, t, ...fields });
    });
  }

  entries(job: Job, from: number, limit: number): JournalRecord[] {
    return existsSync(this.#jobs.entriesPath(job.id))
      ? this.#withEntries(job, (journal) => journal.read(from, limit))
      : [];
  }

  /** Throws ProblemError for ids that are no runs, or runs that have no figures yet. */
  compare(ids: readonly string[]): RunsCompared {
    if (ids.length < 2 || ids.length > mostCompared)
      refuse(
        'STATION_COMPARE_COUNT',
        `${ids.length} runs cannot be compared.`,
        `Name 2 to ${mostCompared} of them, with commas between.`,
      );
    const runs = ids.map((id) => this.#jobs.getOf(['run'], id.trim()));
    const figuresOf = (job: Job) => job.result?.keyFigures ?? this.#missing(job, 'key figures');
    const first = figuresOf(runs[0]!);
    return {
      runs: runs.map(({ id, title, request }) => ({
        id,
        title,
        settings: request.kind === 'comparison' ? [] : request.settings,
      })),
      figures: first.map(({ id, says, unit }) => {
        const values = runs.map((job) => {
          const figure = figuresOf(job).find((one) => one.id === id && one.unit === unit);
          return figure && Number.isFinite(figure.value) ? figure.value : null;
        });
        const [base] = values;
        const differences = values.map((value) => (value === null || base == null ? null : value - base));
        return { id, says, unit, values, differences };
      }),
    };
  }

  #withEntries<Result>({ id }: Job, act: (journal: Journal) => Result): Result {
    const path = this.#jobs.entriesPath(id);
    mkdirSync(dirname(path), { recursive: true });
    const journal = new Journal(path, { batch: id, flush: 'each' });
    try {
      return act(journal);
    } finally {
      journal.close();
    }
  }

  #sampled(job: Job): string {
    const folder = this.#jobs.folderOf(job.id);
    return existsSync(join(folder, 'samples.parquet')) ? folder : this.#missing(job, 'samples');
  }

  #missing(job: Job, what: string): never {
    return refuse(
      'STATION_RESULT_MISSING',
      `The job ${job.id} is ${job.status} and has no ${what.slice(0, 100)}.`,
      hasEnded(job) ? 'List its files for what there is.' : 'Wait until it has ended.',
    );
  }
}
