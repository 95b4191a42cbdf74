/** Copies all of `from`. For the short arrays of a plant this is several times as fast as `set`, which is a call into the engine. */
export function copy(from: Float64Array, to: Float64Array): void {
  for (let i = 0; i < from.length; i++) to[i] = from[i]!;
}
