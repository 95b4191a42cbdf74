import { describe, expect, it } from 'vitest';
import { type Contender, largestError, newSaved, type Problem, type Saved } from './batch.ts';
import { compileP1, invite, p1Field, referenceOf } from './contenders.ts';
import type { DiffGrok } from './diff-grok.ts';
import { ownBatch } from './own-batch.ts';
import * as problems from './problems.ts';

const { p1Problem, p1Quantities } = problems;
const lastRow = (saved: Saved): Float64Array => saved.subarray(saved.length - p1Quantities.length);
const printed = Float64Array.from(p1Quantities, ({ atEnd }) => atEnd);
const lastProblem: Problem = { ...p1Problem, rowsH: [20] };
const p1Reference = referenceOf(p1Problem, 1e-13);

/** A solver with diff-grok's way of being called, so that what calls it is tested where it is not installed: Runge-Kutta of order 4 in small steps. */
const calledLikeDiffGrok: DiffGrok = {
  mrt: ({ arg, initial, func }) => {
    const steps = Math.max(1, Math.ceil((arg.finish - arg.start) / 1e-3));
    const h = (arg.finish - arg.start) / steps;
    let y = Float64Array.from(initial);
    for (let step = 0; step < steps; step++) {
      const t = arg.start + step * h;
      const k = [y, y, y, y].map((state) => new Float64Array(state.length));
      [0, 0.5, 0.5, 1].forEach((share, i) => {
        const at = y.map((value, s) => value + (i === 0 ? 0 : share * h * k[i - 1]![s]!));
        func(t + share * h, at, k[i]!);
      });
      y = y.map((value, s) => value + (h / 6) * (k[0]![s]! + 2 * k[1]![s]! + 2 * k[2]![s]! + k[3]![s]!));
    }
    return [
      Float64Array.of(arg.start, arg.finish),
      ...Array.from(y, (value, s) => Float64Array.of(initial[s]!, value)),
    ];
  },
};
const field = await p1Field(calledLikeDiffGrok);

describe('the benchmark problem p1 in the model language', () => {
  it.each([
    ['rodas5p', 1e-11],
    ['tsit5', 1e-11],
    ['auto', 1e-11],
    ['odex', 1e-12],
  ] as const)('ends with %s at the printed values', (method, tolerance) => {
    const saved = newSaved(p1Problem);
    ownBatch(compileP1(), method, tolerance, p1Problem).run(saved);
    expect(largestError(lastRow(saved), printed, lastProblem)).toBeLessThan(1e-9);
  });

  it('has a reference that ends at the printed values', () => {
    expect(largestError(lastRow(p1Reference), printed, lastProblem)).toBeLessThan(1e-11);
  });

  it('is run again with the same result to the bit', () => {
    const batch = ownBatch(compileP1(), 'auto', 1e-6, p1Problem);
    const [first, second] = [newSaved(p1Problem), newSaved(p1Problem)];
    batch.run(first);
    batch.run(second);
    expect(second).toEqual(first);
  });
});

describe('every contender on p1', () => {
  it.each(field.contenders.map((contender) => [contender.name, contender] as const))(
    '%s comes near the reference in every quantity and hour, and counts its work',
    (_, contender: Contender) => {
      const batch = contender.prepare(1e-7);
      const saved = newSaved(p1Problem);
      batch.run(saved);
      // Rivals weigh errors in their own ways; others do better than their tolerance asks.
      expect(largestError(saved, p1Reference, p1Problem)).toBeLessThan(2e-5);
      // Lanes count attempts, each of six or eight right-hand sides.
      const { steps, rhsCalls = 6 * steps! } = batch.work();
      expect(rhsCalls).toBeGreaterThan(400);
    },
  );

  it('is found, or said to be absent', () => {
    const names = field.contenders.map(({ name }) => name).join('; ');
    const said = field.absent.join('; ');
    for (const rival of ['SciPy', 'deSolve', 'CVODE']) expect(`${names}; ${said}`).toContain(rival);
    expect(names).toContain('npm diff-grok mrt');
    expect(names).not.toContain('npm diff-grok cvode');
  });

  it('of the same algorithm in C takes the steps that ours takes, to the same values', () => {
    const inC = field.contenders.find(({ name }) => name === 'rodas5p in C');
    if (!inC) return;
    for (const tolerance of [1e-3, 1e-6, 1e-8]) {
      const [ours, theirs] = [ownBatch(compileP1(), 'rodas5p', tolerance, p1Problem), inC.prepare(tolerance)];
      const [a, b] = [newSaved(p1Problem), newSaved(p1Problem)];
      ours.run(a);
      theirs.run(b);
      expect(theirs.work().steps).toBe(ours.work().steps);
      expect(largestError(b, a, p1Problem)).toBeLessThan(1e-9);
    }
  });
});

describe('the other problems', () => {
  const { robertson, hires, oregonator, vanDerPol, pollution, pleiades } = problems;
  it.each(
    [robertson, hires, oregonator, vanDerPol, pollution].map((problem) => [problem.recipe.name, problem] as const),
  )('%s ends at its published values', (_, problem) => {
    const saved = newSaved(problem);
    const [rodas5p] = invite({ problem, own: ['rodas5p'], rivals: [] }).contenders;
    rodas5p!.prepare(1e-11).run(saved);
    expect(largestError(saved, referenceOf(problem), problem)).toBeLessThan(1e-9);
  });

  it('pleiades ends at its published values', () => {
    const saved = newSaved(pleiades);
    const [dop853] = invite({ problem: pleiades, own: ['dop853'], rivals: [] }).contenders;
    dop853!.prepare(1e-12).run(saved);
    expect(largestError(saved, referenceOf(pleiades), pleiades)).toBeLessThan(1e-8);
  });

  it.each([
    ['yeast', problems.yeastProblem, 'tsit5'],
    ['CHO', problems.choProblem, 'rodas4'],
    ['full vessel', problems.fullVesselProblem, 'tsit5'],
    ['BSM1', problems.bsm1Problem, 'rodas4'],
  ] as const)('%s has a reference that a method of another kind agrees with', (_, problem, method) => {
    const saved = newSaved(problem);
    const [other] = invite({ problem, own: [method], rivals: [] }).contenders;
    other!.prepare(1e-7).run(saved);
    expect(largestError(saved, referenceOf(problem, 1e-9), problem)).toBeLessThan(1e-5);
  });
});

describe('the error of a batch', () => {
  const two: Problem = { ...p1Problem, quantities: p1Quantities.slice(0, 1), rowsH: [1, 2] };

  it('is the largest relative difference of any value', () => {
    expect(largestError(Float64Array.of(1, 2.2), Float64Array.of(1, 2), two)).toBeCloseTo(0.1, 12);
  });

  it('counts a value that has almost gone by a share of the largest of its quantity', () => {
    expect(largestError(Float64Array.of(1, 2e-9), Float64Array.of(1, 1e-9), { ...two, floor: 1e-3 })).toBeCloseTo(
      1e-6,
      12,
    );
  });

  it('is no number where a value is none', () => {
    expect(largestError(Float64Array.of(Number.NaN, 2), Float64Array.of(1, 2), two)).toBeNaN();
    expect(largestError(newSaved(p1Problem), newSaved(p1Problem), p1Problem)).toBeNaN();
  });
});
