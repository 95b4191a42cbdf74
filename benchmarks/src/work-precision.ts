/** A measured point of a work-precision diagram. */
export interface Point {
  readonly error: number;
  /** Median time of a batch, microseconds. */
  readonly microseconds: number;
}

/** The points that no other beats in both error and time, from the loosest error to the tightest. */
export function frontOf<P extends Point>(points: readonly P[]): P[] {
  const front: P[] = [];
  for (const point of [...points].sort((a, b) => a.error - b.error || a.microseconds - b.microseconds)) {
    if (front.every((tighter) => point.microseconds < tighter.microseconds)) front.push(point);
  }
  return front.reverse();
}

/**
 * Time to reach an error: along the front, straight between points in the logarithms of error and time. An error looser than the loosest
 * measured costs what that one costs; one tighter than the tightest was not reached: NaN.
 */
export function timeAt(points: readonly Point[], error: number): number {
  const front = frontOf(points);
  const after = front.findIndex((point) => point.error <= error);
  if (after < 0) return Number.NaN;
  const tight = front[after]!;
  if (after === 0) return tight.microseconds;
  const loose = front[after - 1]!;
  const share = Math.log(error / loose.error) / Math.log(tight.error / loose.error);
  return loose.microseconds * (tight.microseconds / loose.microseconds) ** share;
}
