/** A column with one value new in so many rows packs better by its values than by its bits. */
const rowsForOneValue = 8;

/** Whether a column takes few values again and again, as an instrument with a resolution or a set point does, and does not flow. */
export function comesInSteps(values: Float64Array): boolean {
  const limit = values.length / rowsForOneValue;
  const seen = new Set<number>();
  for (let i = 0; i < values.length; i++) if (seen.add(values[i]!).size > limit) return false;
  return true;
}
