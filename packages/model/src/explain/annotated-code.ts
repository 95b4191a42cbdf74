import { compileModel } from '../instance.ts';
import type { Model } from '../model.ts';

/** Sizes of a column of comments: where it begins, and the longest line that gets one. */
const commentColumn = 56;
const nameLimit = 60;

/**
 * The JavaScript that a model compiles to, with the model's names as comments at the end of lines. The code that runs has none of them: what an
 * author wrote never enters it. For people; not to be run.
 */
export function annotatedCode(model: Model): string {
  const { source, pattern } = compileModel(model).program;
  const crossings = model.events.filter(({ kind }) => kind === 'crossing');
  const state = (slot: number): string => model.states[slot]!.id;
  const results: Record<string, Record<string, (slot: number) => string>> = {
    rhs: { o: (slot) => `rate of ${state(slot)}` },
    linearise: {
      o: (slot) => `rate of ${state(slot)}`,
      j: (slot) => `rate of ${state(pattern.rows[slot]!)} by ${state(pattern.columns[slot]!)}`,
      d: (slot) => `rate of ${state(slot)} by time`,
    },
    events: { o: (slot) => crossings[slot]!.id },
    outputs: { o: (slot) => model.outputs[slot]!.id },
    start: { y: (slot) => `${state(slot)} at the start` },
  };
  let within = '';
  return source
    .split('\n')
    .map((line) => {
      within = /^function (\w+)\(/.exec(line)?.[1] ?? within;
      const leaf = /^const ([yp])(\d+) = /.exec(line);
      const result = /^([ojdy])\[(\d+)\] = /.exec(line);
      const says = leaf
        ? leaf[1] === 'y'
          ? state(Number(leaf[2]))
          : model.parameters[Number(leaf[2])]!.id
        : result && results[within]?.[result[1]!]?.(Number(result[2]));
      // A name has no line breaks, but nothing here depends on that.
      return says ? `${line.padEnd(commentColumn)} // ${says.replaceAll(/\s+/g, ' ').slice(0, nameLimit)}` : line;
    })
    .join('\n');
}
