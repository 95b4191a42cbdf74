/** Levels of a procedure above its phases, from the outside (ISA-88.01, 5.2). */
export const levels = ['unit procedure', 'operation'] as const;

/** What ends and what starts, from the inside out and back in, where a phase with one place in the procedure follows one with another. */
export function levelChanges(before: readonly string[], after: readonly string[]): { subject: string; says: string }[] {
  let common = 0;
  while (common < before.length && common < after.length && before[common] === after[common]) common++;
  const ended = before.map((name, i) => ({ subject: name, says: `${levels[i]} ended` })).slice(common);
  const started = after.map((name, i) => ({ subject: name, says: `${levels[i]} started` })).slice(common);
  return [...ended.reverse(), ...started];
}
