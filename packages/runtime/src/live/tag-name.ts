/** `vessel.feedRate` is `feed.rate`, `vessel.stirrer` in rpm `stirrer.speed`: area and loop of an input. */
export function inputArea(id: string, unit: string): string {
  const bare = id.slice(id.indexOf('.') + 1);
  const words = bare.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ');
  if (words.length > 1)
    return `${words[0]}.${words
      .slice(1)
      .join('')
      .replace(/^[A-Z]/, (first) => first.toLowerCase())}`;
  return `${bare}.${looped(unit)}`;
}

function looped(unit: string): string {
  if (unit === 'rpm') return 'speed';
  if (unit === 'degC' || unit === 'K') return 'value';
  return unit.endsWith('/h') || unit.endsWith('/min') ? 'flow' : 'value';
}

/** What a quantity usually spans, where nothing says it: by its unit, else from zero to a round number above ten times `now`. */
export function usualRange(unit: string, now: number): { readonly low: number; readonly high: number } {
  const known = usual[unit];
  if (known) return known;
  const size = Math.max(1, 10 * Math.abs(Number.isFinite(now) ? now : 0));
  const decade = 10 ** Math.floor(Math.log10(size));
  const high = [1, 2, 5, 10].map((step) => step * decade).find((step) => step >= size)!;
  return { low: now < 0 ? -high : 0, high };
}

const usual: Readonly<Record<string, { readonly low: number; readonly high: number } | undefined>> = {
  '%': { low: 0, high: 100 },
  pH: { low: 0, high: 14 },
  degC: { low: 0, high: 150 },
  bar: { low: 0, high: 4 },
  'g/L': { low: 0, high: 200 },
  '1/h': { low: 0, high: 2 },
  h: { low: 0, high: 8760 },
};
