import type { FileHandle } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import type { Channel } from '@fedbatch/runtime';
import { didYouMean } from '@fedbatch/vocabulary';
import { type AsyncBuffer, type FileMetaData, parquetRead } from 'hyparquet';
import { type AskedUnit, askedUnit } from './asked-unit.ts';
import { decimate } from './decimate.ts';
import { firstOf } from './first-of.ts';
import { refuse } from './refusal.ts';
import { columnTitle, timeTitle } from './samples-table.ts';

/** A column of the samples that a run has left. */
export interface StoredColumn extends Channel {
  /** Whether it is what the equations have, which no instrument of a real plant would show. */
  readonly isTruth: boolean;
}

/** What of stored samples is wanted. */
export interface SamplesQuery {
  /** Columns, in this order; absent: all. */
  readonly ids?: readonly string[];
  /** The window in hours, ends included; absent: from the first sample, to the last. */
  readonly fromH?: number;
  readonly toH?: number;
  /** Units by id; absent: as recorded. */
  readonly units?: Readonly<Record<string, string>>;
}

/** Samples of one column. */
export interface StoredSeries {
  readonly id: string;
  readonly unit: string;
  readonly timeH: Float64Array;
  readonly values: Float64Array;
  /** Whether values were left out, by `decimate`. */
  readonly decimated: boolean;
}

/** Rows that lie together in the file. */
export interface StoredRows {
  readonly timeH: Float64Array;
  readonly columns: readonly Float64Array[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const compressors = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) };

/** Samples of a run on the disk. Only what is asked for is read: the columns by their names, the rows by their groups. */
export class StoredSamples {
  readonly columns: readonly StoredColumn[];
  readonly rows: number;
  /** Times of the first and the last sample; NaN where there is none. */
  readonly fromH: number;
  readonly toH: number;
  readonly #handle: FileHandle;
  readonly #file: AsyncBuffer;
  readonly #metadata: FileMetaData;
  /** Rows of each group with the times between which they lie, as the file itself says. */
  readonly #groups: readonly (Span & { readonly fromH: number; readonly toH: number })[];

  constructor(handle: FileHandle, file: AsyncBuffer, metadata: FileMetaData, columns: readonly Channel[]) {
    this.#handle = handle;
    this.#file = file;
    this.#metadata = metadata;
    this.columns = columns.map((column) => ({ ...column, isTruth: truths.includes(column.kind) }));
    let start = 0;
    this.#groups = metadata.row_groups.map(({ num_rows, columns: [time] }) => {
      const { min_value, max_value } = time!.meta_data!.statistics!;
      // Parquet writes a least zero as -0.
      const group = { start, end: start + Number(num_rows), fromH: Number(min_value) + 0, toH: Number(max_value) };
      start = group.end;
      return group;
    });
    this.rows = start;
    this.fromH = this.#groups[0]?.fromH ?? Number.NaN;
    this.toH = this.#groups.at(-1)?.toH ?? Number.NaN;
  }

  /** Columns of a window, each thinned to at most `points` where that is given. Throws ProblemError for unknown columns, units that do not fit and windows that end before they begin. */
  async read({ points, ...query }: SamplesQuery & { readonly points?: number }): Promise<StoredSeries[]> {
    const asked = this.asked(query);
    const { span, timeH } = await this.#window(query);
    const all: StoredSeries[] = [];
    for (const { id, unit } of asked) {
      const series = { timeH, values: await this.#column(columnTitle(this.#named(id)), span, unit) };
      const thin = points === undefined ? series : decimate(series, points);
      all.push({ id, unit: unit.text, ...thin, decimated: thin !== series });
    }
    return all;
  }

  /** Rows of a window, group by group, so that no more than one group is held. */
  async *blocks(query: SamplesQuery): AsyncGenerator<StoredRows> {
    const asked = this.asked(query);
    const { span, timeH } = await this.#window(query);
    for (const { start, end } of this.#groups) {
      const part = { start: Math.max(start, span.start), end: Math.min(end, span.end) };
      if (part.start >= part.end) continue;
      const columns: Float64Array[] = [];
      for (const { id, unit } of asked) columns.push(await this.#column(columnTitle(this.#named(id)), part, unit));
      yield { timeH: timeH.subarray(part.start - span.start, part.end - span.start), columns };
    }
  }

  /** The columns of a query with what their values will be in. Throws ProblemError. */
  asked({ ids, units = {} }: SamplesQuery): { readonly id: string; readonly unit: AskedUnit }[] {
    for (const id of Object.keys(units)) this.#named(id);
    return (ids ?? this.columns.map(({ id }) => id)).map((id) => ({ id, unit: askedUnit(this.#named(id), units[id]) }));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #named(id: string): StoredColumn {
    const column = this.columns.find((one) => one.id === id);
    if (column) return column;
    const known = this.columns.map((one) => one.id);
    return refuse(
      'RECORDS_SAMPLES_COLUMN',
      `There is no column \`${id.slice(0, 60)}\` among the ${known.length} that were recorded.${didYouMean(id, known)}`,
      'Ask for one of those that `columns` lists, or record it with `record.only` and run again.',
    );
  }

  /** The rows of a window and their times: only groups that reach into it are read. */
  async #window({ fromH = -Infinity, toH = Infinity }: SamplesQuery): Promise<{ span: Span; timeH: Float64Array }> {
    if (!(fromH <= toH))
      refuse(
        'RECORDS_SAMPLES_WINDOW',
        `The window from ${fromH} h to ${toH} h ends before it begins.`,
        'Give its earlier end first.',
      );
    const groups = this.#groups.filter((group) => group.fromH <= toH && group.toH >= fromH);
    const start = groups[0]?.start ?? 0;
    const all = await this.#column(timeTitle, { start, end: groups.at(-1)?.end ?? 0 });
    for (const group of groups)
      if (all[group.start - start] !== group.fromH || all[group.end - 1 - start] !== group.toH) refuseDamage(timeTitle);
    const first = firstOf(all.length, (i) => all[i]! >= fromH);
    const end = firstOf(all.length, (i) => all[i]! > toH);
    return { span: { start: start + first, end: start + end }, timeH: all.subarray(first, end) };
  }

  async #column(title: string, { start, end }: Span, unit?: AskedUnit): Promise<Float64Array> {
    const values = new Float64Array(Math.max(0, end - start));
    if (values.length === 0) return values;
    let read = 0;
    await parquetRead({
      file: this.#file,
      metadata: this.#metadata,
      columns: [title],
      rowStart: start,
      rowEnd: end,
      compressors,
      onChunk: ({ columnData, rowStart }) => {
        for (let i = Math.max(0, start - rowStart); i < columnData.length && rowStart + i < end; i++, read++)
          values[rowStart + i - start] = columnData[i] as number;
      },
    });
    // A damaged page may be passed over without a word, and what was not read would show as zeros.
    if (read !== values.length) refuseDamage(title);
    return unit?.convert ? values.map(unit.convert) : values;
  }
}

function refuseDamage(title: string): never {
  return refuse(
    'RECORDS_SAMPLES_DAMAGED',
    `The column \`${title}\` of the samples is damaged: it does not hold what the file says.`,
    'Run the scenario again; the same files and seed give the same samples.',
  );
}

/** Kinds of channels that hold what is, not what is shown, delivered or told. */
const truths: readonly Channel['kind'][] = ['concentration', 'amount', 'quantity', 'ledger'];
