import type { Channel, Samples } from '@fedbatch/runtime';

/** The title of the first column of every table. */
export const timeTitle = 'time [h]';

/** `X [g/L]`: the title of a column in every table that leaves the house. */
export function columnTitle({ id, unit }: Pick<Channel, 'id' | 'unit'>): string {
  return `${id} [${unit}]`;
}

/** A number to its last digit, nothing where there is none. */
export function cellText(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

/** A cell of text, in quotes where it needs them. */
export function quoteCell(text: string): string {
  return /[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What each column of the tables is. */
export function samplesSchema({ channels, timeH }: Samples): object {
  const time = { title: timeTitle, id: 'time', says: 'time since the start of the run', unit: 'h', kind: 'time' };
  return {
    rows: timeH.length,
    columns: [time, ...channels.map(columnSchema)],
  };
}

function columnSchema({ id, says, unit, kind, panel }: Channel): object {
  return { title: columnTitle({ id, unit }), id, says, unit, kind, ...(panel !== undefined && { panel }) };
}
