import type { FeedStrategy } from './strategy.ts';

export interface FeedTable {
  /** Rising times in h since the start of the phase. */
  readonly timeH: ArrayLike<number>;
  /** Rate from each time on, L/h. */
  readonly rateLPerH: ArrayLike<number>;
  /** 'step' holds each rate until the next time; 'linear' joins the points. After the last time its rate goes on. */
  readonly between: 'step' | 'linear';
}

/** A profile from a table. The demand of a scan is the exact mean of the profile over it. Throws RangeError for a table that cannot be followed. */
export function tableFeed(table: FeedTable): FeedStrategy {
  checkTable(table);
  const [timeH, rateLPerH] = [Float64Array.from(table.timeH), Float64Array.from(table.rateLPerH)];
  const dosed = dosedVolumes(table);
  let startH = 0;
  /** A time, and the volume dosed up to it: a number in an array costs no box. */
  const at = new Float64Array(2);
  const look = (): void => {
    let i = timeH.length - 1;
    while (i > 0 && timeH[i]! > at[0]!) i--;
    const since = Math.max(0, at[0]! - timeH[i]!);
    const next = i + 1 < timeH.length;
    const slope =
      next && table.between === 'linear' ? (rateLPerH[i + 1]! - rateLPerH[i]!) / (timeH[i + 1]! - timeH[i]!) : 0;
    at[1] = dosed[i]! + since * (rateLPerH[i]! + 0.5 * slope * since);
  };
  return {
    name: 'table',
    begin(time) {
      startH = time;
    },
    demand(scan) {
      at[0] = scan[0]! - startH;
      look();
      const before = at[1]!;
      at[0] = scan[0]! - startH + scan[1]!;
      look();
      scan[2] = Math.max(0, (at[1]! - before) / scan[1]!);
    },
  };
}

/** Volume dosed up to each point of the table. */
function dosedVolumes({ timeH, rateLPerH, between }: FeedTable): Float64Array {
  const dosed = new Float64Array(timeH.length);
  for (let i = 1; i < timeH.length; i++) {
    const step = timeH[i]! - timeH[i - 1]!;
    const mean = between === 'linear' ? 0.5 * (rateLPerH[i]! + rateLPerH[i - 1]!) : rateLPerH[i - 1]!;
    dosed[i] = dosed[i - 1]! + mean * step;
  }
  return dosed;
}

function checkTable({ timeH, rateLPerH }: FeedTable): void {
  if (timeH.length === 0 || timeH.length !== rateLPerH.length)
    throw new RangeError(
      `A feed table needs as many times as rates and at least one; it has ${timeH.length} and ${rateLPerH.length}.`,
    );
  for (let i = 0; i < timeH.length; i++) {
    if (!(timeH[i]! >= 0) || (i > 0 && !(timeH[i]! > timeH[i - 1]!)))
      throw new RangeError(`The times of a feed table rise from 0; entry ${i + 1} is ${timeH[i]} h.`);
    if (!(rateLPerH[i]! >= 0) || rateLPerH[i] === Number.POSITIVE_INFINITY)
      throw new RangeError(`The rates of a feed table are 0 or more; entry ${i + 1} is ${rateLPerH[i]} L/h.`);
  }
}
