import type { Spectra } from '@fedbatch/runtime';
import { cellText } from './samples-table.ts';

/** Counts are kept to a tenth: no detector gives more. */
const tenths = 10;

/** `spectra-raman.csv`. */
export function spectraName({ tag }: Pick<Spectra, 'tag'>): string {
  return `spectra-${tag}.csv`;
}

/** Whether a file of a result holds spectra. */
export function isSpectraName(name: string): boolean {
  return /^spectra-[A-Za-z][A-Za-z0-9_]{0,39}\.csv$/.test(name);
}

/** Spectra as wide CSV: time first, then one column a Raman shift in 1/cm, one line a spectrum. */
export function* spectraLines({ shifts, timeH, counts }: Spectra): Generator<string> {
  const places = [...shifts].map((shift) => String(Number(shift.toPrecision(8))));
  yield `time [h],${places.join(',')}\n`;
  for (const [i, spectrum] of counts.entries())
    yield `${cellText(timeH[i]!)},${[...spectrum].map((count) => cellText(Math.round(count * tenths) / tenths)).join(',')}\n`;
}
