/**
 * Exponents over the base of the one unit system that kinetics use: g, dm, h, K, mol, cell. A litre is dm^3, so a
 * concentration in g/L has the factor 1 and equations need no conversion factors. Exponents may be fractions (kLa correlations).
 */
export type Dimension = readonly [
  mass: number,
  length: number,
  time: number,
  kelvin: number,
  mole: number,
  cell: number,
];

export const dimensionless: Dimension = [0, 0, 0, 0, 0, 0];
export const timeDimension: Dimension = [0, 0, 1, 0, 0, 0];

const names = ['g', 'dm', 'h', 'K', 'mol', 'cell'];

export function multiplyDimensions(a: Dimension, b: Dimension): Dimension {
  return a.map((exponent, i) => tidy(exponent + b[i]!)) as unknown as Dimension;
}

export function raiseDimension(a: Dimension, power: number): Dimension {
  return a.map((exponent) => tidy(exponent * power)) as unknown as Dimension;
}

export function divideDimensions(a: Dimension, b: Dimension): Dimension {
  return multiplyDimensions(a, raiseDimension(b, -1));
}

export function sameDimension(a: Dimension, b: Dimension): boolean {
  return a.every((exponent, i) => Math.abs(exponent - b[i]!) < 1e-9);
}

export function isDimensionless(a: Dimension): boolean {
  return sameDimension(a, dimensionless);
}

/** Words for a dimension, with litres where they fit: `g/L/h`, `1/h`, `mol/g`, `-`. */
export function formatDimension(dimension: Dimension): string {
  const parts: [string, number][] = dimension.map((exponent, i) => [names[i]!, exponent]);
  const length = parts[1]!;
  if (length[1] !== 0 && length[1] % 3 === 0) parts[1] = ['L', length[1] / 3];
  const above = parts.filter(([, exponent]) => exponent > 0).map(([name, exponent]) => name + power(exponent));
  const below = parts.filter(([, exponent]) => exponent < 0).map(([name, exponent]) => `/${name}${power(-exponent)}`);
  if (above.length + below.length === 0) return '-';
  return (above.join(' ') || '1') + below.join('');
}

function power(exponent: number): string {
  return exponent === 1 ? '' : `^${Number(exponent.toFixed(6))}`;
}

/** Keeps exponents such as 0.1 + 0.2 from drifting away from the fraction that was meant, and zero from having a sign. */
function tidy(exponent: number): number {
  return Math.round(exponent * 1e9) / 1e9 + 0;
}
