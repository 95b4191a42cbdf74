import { escapeHtml } from '@fedbatch/vocabulary';

/** Four significant digits, plain where the size is usual; a dash for what is no number. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2).replace('e+', 'e').replace('-', '−');
  return String(Number(value.toPrecision(4))).replace('-', '−');
}

/** A value as HTML: short, with every digit in the title. */
export function valueHtml(value: number, unit = ''): string {
  const shownUnit = unit === '-' || unit === '' ? '' : ` <span class="unit">${escapeHtml(unit)}</span>`;
  return `<span title="${Number.isFinite(value) ? String(value) : 'no value'}">${shortNumber(value)}</span>${shownUnit}`;
}
