const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A Markdown table whose first column is text and whose others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');
}

/** Three digits that count, and no more; a dash for what there is not. */
export function short(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value >= 1000
    ? Math.round(Number(value.toPrecision(3))).toLocaleString('en')
    : `${Number(value.toPrecision(3))}`;
}

export const count = (value: number | undefined): string => value?.toLocaleString('en') ?? '–';
export const power = (value: number): string => value.toExponential();
