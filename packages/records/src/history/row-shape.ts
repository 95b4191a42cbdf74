/** A row of a history: when it was, and every value with its quality. */
export interface HistoryRow {
  /** ms since 1970, or in lockstep ms of the plant's own clock. */
  readonly stampMs: number;
  /** How often the plant was started anew, and how many scans it had made since. */
  readonly run: number;
  readonly scan: number;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
}

/** Which row it is, without its values. */
export type RowHead = Pick<HistoryRow, 'stampMs' | 'run' | 'scan'>;

/** Numbers before the values: stamp, run, scan. */
export const headNumbers = 3;

/** Bytes of a row: numbers of eight bytes, little-endian, and a byte for each quality. */
export const rowBytes = (columns: number): number => 8 * (headNumbers + columns) + columns;

export function writeRow(row: Buffer, { stampMs, run, scan, values, qualities }: HistoryRow): void {
  row.writeDoubleLE(stampMs, 0);
  row.writeDoubleLE(run, 8);
  row.writeDoubleLE(scan, 16);
  for (let c = 0; c < values.length; c++) row.writeDoubleLE(values[c]!, 8 * (headNumbers + c));
  row.set(qualities, 8 * (headNumbers + values.length));
}

export function readRowHead(rows: Buffer, at: number): RowHead {
  return { stampMs: rows.readDoubleLE(at), run: rows.readDoubleLE(at + 8), scan: rows.readDoubleLE(at + 16) };
}
