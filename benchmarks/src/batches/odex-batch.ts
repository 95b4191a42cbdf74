import { type CompiledModel, Instance } from '@fedbatch/model';
import odex from 'odex';
import type { Batch } from './batch.ts';
import { rowWriter } from './own-batch.ts';
import { p1Problem, p1Quantities } from './problems.ts';

type Dense = (component: number, x: number) => number;

const feedLimit = 0.05;
const endH = p1Problem.rowsH.at(-1)!;

/**
 * p1 by npm `odex` as one would drive it by hand, on the right-hand side that our compiler generated: hourly values and
 * the start of the feed from its dense output, then a second call from there with the feed on.
 */
export function odexBatch(compiled: CompiledModel, tolerance: number): Batch {
  const instance = new Instance(compiled);
  const { size } = instance;
  const parameters = instance.parameters.slice();
  const start = Array.from(instance.startState());
  const absolute = Array.from(p1Problem.absoluteTolerances(compiled.model, tolerance));
  const writeRow = rowWriter(instance, p1Problem);
  const slotOf = (name: string): number =>
    compiled.model.states.findIndex(({ id }) => id === p1Quantities.find((quantity) => quantity.name === name)!.state);
  const [substrate, volume] = [slotOf('S'), slotOf('V')];
  const argument = new Float64Array(size);
  const rate = new Float64Array(size);
  const state = new Float64Array(size);
  let steps = 0;
  let rhsCalls = 0;

  const derivative = (x: number, y: number[]): Float64Array => {
    for (let i = 0; i < size; i++) argument[i] = y[i]!;
    instance.clock[0] = x;
    instance.rhs(argument, rate);
    return rate;
  };
  const readState = (dense: Dense, x: number): void => {
    for (let i = 0; i < size; i++) state[i] = dense(i, x);
  };
  const findFeedStart = (dense: Dense, from: number, to: number): number => {
    let [low, high] = [from, to];
    while (high - low > 1e-14 * high) {
      const middle = 0.5 * (low + high);
      if (middle === low || middle === high) break;
      if (dense(substrate, middle) / dense(volume, middle) < feedLimit) high = middle;
      else low = middle;
    }
    return high;
  };

  return {
    run(out) {
      instance.parameters.set(parameters);
      instance.prepare();
      steps = 0;
      rhsCalls = 0;
      let feedStart = Number.NaN;
      const solve = (from: number, y: number[]): void => {
        const solver = new odex.Solver(size);
        solver.denseOutput = true;
        solver.maxSteps = 100_000;
        solver.relativeTolerance = tolerance;
        solver.absoluteTolerance = absolute;
        const solution = solver.solve(derivative, from, y, endH, (n, xOld, x, yNew, dense) => {
          if (n === 1) return undefined;
          const starts = Number.isNaN(feedStart) && yNew[substrate]! / yNew[volume]! < feedLimit;
          if (starts) feedStart = findFeedStart(dense, xOld, x);
          const until = starts ? feedStart : x;
          for (let h = Math.floor(xOld) + 1; h <= until; h++) {
            readState(dense, h);
            writeRow(h - 1, state, out);
          }
          if (starts) readState(dense, feedStart);
          return !starts;
        });
        if (solution.outcome === 1) throw new Error(`odex took more than ${solver.maxSteps} steps.`);
        steps += solution.nAccept;
        rhsCalls += solution.nEval;
      };
      solve(0, start);
      instance.applyEvent(instance.crossings[0]!, feedStart, state);
      instance.prepare();
      solve(feedStart, Array.from(state));
    },
    work: () => ({ steps, rhsCalls }),
  };
}
