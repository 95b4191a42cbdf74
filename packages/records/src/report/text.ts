import { escapeHtml } from '@fedbatch/vocabulary';

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Four significant digits, whole numbers above a thousand, plain where the size is usual, as a power of ten elsewhere; a dash for what is no number. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1000 && size < 1e6) return String(Math.round(value)).replace('-', '−');
  if (size === 0 || (size >= 1e-3 && size < 1e6)) return String(Number(value.toPrecision(4))).replace('-', '−');
  const [digits, power] = value.toExponential(3).split('e') as [string, string];
  const exponent = [...String(Number(power))].map((sign) => (sign === '-' ? '⁻' : raised[Number(sign)])).join('');
  return `${String(Number(digits)).replace('-', '−')}×10${exponent}`;
}

/** A unit for people: nothing where there is none. */
export function unitHtml(unit: string): string {
  return unit === '-' || unit === '' ? '' : ` <span class="unit">${escapeHtml(unit)}</span>`;
}

/** A value as HTML: short, with every digit in the title. */
export function valueHtml(value: number, unit = ''): string {
  const full = Number.isFinite(value) ? String(value) : 'no value';
  return `<span class="value" title="${escapeHtml(`${full} ${unit === '-' ? '' : unit}`.trim())}">${shortNumber(value)}</span>${unitHtml(unit)}`;
}

/** A length of time for people: seconds, minutes or hours. */
export function spanText(h: number): string {
  const seconds = h * 3600;
  if (seconds < 120) return `${shortNumber(seconds)} s`;
  return h < 2 ? `${shortNumber(h * 60)} min` : `${shortNumber(h)} h`;
}

/** A size of a file for people. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6
    ? `${shortNumber(Number((bytes / 1e3).toPrecision(3)))} kB`
    : `${shortNumber(Number((bytes / 1e6).toPrecision(3)))} MB`;
}
