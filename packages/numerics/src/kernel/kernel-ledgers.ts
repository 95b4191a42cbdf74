import { laneBytes } from '../lanes/lane-system.ts';
import { f64x2, get, set } from '../lanes/wasm-code.ts';
import { FunctionBody } from '../lanes/wasm-module.ts';
import { load, store } from '../lanes/workspace.ts';
import { quadratureWeights } from '../quadrature-weights.ts';
import type { KernelParts } from './kernel-program.ts';

/** A sum over the stages of every quadrature from its rates. The core must have gone through all stages. */
export function quadratureSumsBody(
  { system, tableau, layout, pool }: KernelParts,
  sum: readonly number[],
): FunctionBody {
  const { coreSize, quadratureCount, pattern, byTime } = system;
  const { stages, slope } = quadratureWeights(tableau, sum);
  const body = new FunctionBody(['i32']);
  const used = stages.flatMap((weight, i) => (weight === 0 ? [] : [{ weight, i }]));
  const weights = used.map(({ weight }) => {
    const local = body.local('v128');
    body.write(set(local, pool.of(weight)));
    return local;
  });
  const weightedSum = (place: number, slot: number, stride: number): number[] =>
    used.reduce<number[] | undefined>((total, { i }, k) => {
      const value = load(place, i * stride + slot);
      const weight = get(weights[k]!);
      return total === undefined ? f64x2.mul(weight, value) : f64x2.madd(weight, value, total);
    }, undefined)!;
  const columns = new Set(pattern.columns.filter((_, k) => pattern.rows[k]! >= coreSize));
  const weighted = new Map<number, number>();
  for (const column of columns) {
    const local = body.local('v128');
    weighted.set(column, local);
    body.write(set(local, weightedSum(layout.stages, column, coreSize)));
  }
  const [step, byStep] = [body.local('v128'), body.local('v128')];
  body.write(set(step, load(layout.step)), set(byStep, f64x2.mul(get(step), pool.of(slope))));
  for (let q = 0; q < quadratureCount; q++) {
    const row = coreSize + q;
    let total = weightedSum(layout.quadratureRates, q, quadratureCount);
    if (byTime[row]) total = f64x2.madd(get(byStep), load(layout.byTime, row), total);
    pattern.rows.forEach((of, k) => {
      if (of === row) total = f64x2.madd(load(layout.jacobian, k), get(weighted.get(pattern.columns[k]!)!), total);
    });
    body.write(store(layout.quadratureSums, q, f64x2.mul(get(step), total)));
  }
  return body;
}

/** The states behind the core from the sums of the quadratures, slot by slot to `target`; `from`: added to what stands there. */
export function ledgersBody({ system, layout, pool }: KernelParts, target: number, from?: number): FunctionBody {
  const body = new FunctionBody(['i32']);
  const sums = Array.from({ length: system.quadratureCount }, (_, q) => {
    const local = body.local('v128');
    body.write(set(local, load(layout.quadratureSums, q)));
    return local;
  });
  system.sums.forEach((terms, l) => {
    const start = from === undefined ? pool.of(0) : load(from + l * laneBytes);
    const total = terms.reduce(
      (sum, { quadrature, coefficient }) =>
        f64x2.madd(load(layout.coefficients, coefficient), get(sums[quadrature]!), sum),
      start,
    );
    body.write(store(target, l, total));
  });
  return body;
}

/** Keeps the rates of the quadratures at a stage. */
export function keepQuadratureRates({ system, layout }: KernelParts, stage: number, rates: number): number[] {
  const { coreSize, quadratureCount } = system;
  return Array.from({ length: quadratureCount }, (_, q) =>
    store(layout.quadratureRates, stage * quadratureCount + q, load(rates, coreSize + q)),
  ).flat();
}
