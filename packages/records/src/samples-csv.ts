import { setImmediate } from 'node:timers/promises';
import type { Samples } from '@fedbatch/runtime';
import { cellText, columnTitle, quoteCell, timeTitle } from './samples-table.ts';
import type { SamplesQuery, StoredSamples } from './stored-samples.ts';

/**
 * 'plain': commas, decimal points, line feeds, as `samples.csv` has them. 'excel' adds what a double click needs, a byte order mark and CRLF;
 * 'excel-comma' has semicolons and decimal commas besides, for machines set to most European languages.
 */
export type CsvForm = 'plain' | 'excel' | 'excel-comma';

const forms: Readonly<Record<CsvForm, { mark: string; separator: string; comma: 'point' | 'comma'; end: string }>> = {
  plain: { mark: '', separator: ',', comma: 'point', end: '\n' },
  excel: { mark: '\uFEFF', separator: ',', comma: 'point', end: '\r\n' },
  'excel-comma': { mark: '\uFEFF', separator: ';', comma: 'comma', end: '\r\n' },
};

/** Characters that are handed on at once: a line alone would cost more to pass than to make, and many lines hold the thread for long. */
const pieceLength = 65_536;

/** Samples as wide CSV: time first, one column a channel with its unit, numbers to their last digit, empty where there is none. */
export function* csvText({ channels, timeH, columns }: Samples): Generator<string> {
  yield titleLine(channels.map(columnTitle), 'plain');
  yield* rowLines(timeH, columns, 'plain');
}

/**
 * Stored samples as wide CSV, a group of rows at a time. All of them in plain form are the bytes of `samples.csv`. Throws ProblemError for a query
 * that cannot be answered, before the first text.
 */
export async function* storedCsvText(
  samples: StoredSamples,
  query: SamplesQuery = {},
  form: CsvForm = 'plain',
): AsyncGenerator<string> {
  const blocks = samples.blocks(query);
  const titles = samples.asked(query).map(({ id, unit }) => columnTitle({ id, unit: unit.text }));
  const first = await blocks.next();
  yield titleLine(titles, form);
  for (let block = first; !block.done; block = await blocks.next()) {
    for (const text of rowLines(block.value.timeH, block.value.columns, form)) {
      yield text;
      // A long export lets the event loop turn, so that others are answered meanwhile.
      await setImmediate();
    }
  }
}

function titleLine(titles: readonly string[], form: CsvForm): string {
  const { mark, separator, end } = forms[form];
  return `${mark}${[timeTitle, ...titles].map(quoteCell).join(separator)}${end}`;
}

function* rowLines(timeH: Float64Array, columns: readonly Float64Array[], form: CsvForm): Generator<string> {
  const { separator, comma, end } = forms[form];
  const cell = comma === 'point' ? cellText : (value: number): string => cellText(value).replace('.', ',');
  let text = '';
  for (let row = 0; row < timeH.length; row++) {
    text += cell(timeH[row]!);
    for (const column of columns) text += separator + cell(column[row]!);
    text += end;
    if (text.length < pieceLength) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
