import { describe, expect, it } from 'vitest';
import { evaluate } from '../graph/evaluate.ts';
import type { NodeId } from '../graph/graph.ts';
import { compileModel } from '../instance.ts';
import { charge, gasVessel, modelOf, overflowOrganism } from '../test-models.ts';
import { linearFormsOf } from './kernel-quadratures.ts';
import { Hoisted } from './writer.ts';

describe('the linear forms of ledgers', () => {
  const { model } = compileModel(modelOf({ organism: overflowOrganism, vessel: gasVessel }, charge));
  const { graph, coreSize } = model;
  const [core, ledgers] = [model.rates.slice(0, coreSize), model.rates.slice(coreSize)];
  const hoisted = new Hoisted(graph);
  const { quadratures, coefficients, sums } = linearFormsOf(graph, ledgers, core, (node) => hoisted.isFixed(node));

  it('are their rates, at any state', () => {
    const parameters = Float64Array.from(model.parameters, ({ value }) => value);
    for (const scale of [0.3, 1, 2.7]) {
      const at = {
        time: scale,
        state: Float64Array.from(model.states, (info, i) => scale * info.scale * (1 + (i % 3))),
        parameters,
      };
      const [values, weights, rates] = [quadratures, coefficients, ledgers].map((nodes) => evaluate(graph, nodes, at));
      sums.forEach((terms, l) => {
        const parts = terms.map(({ quadrature, coefficient }) => values![quadrature]! * weights![coefficient]!);
        const size = parts.reduce((sum, part) => sum + Math.abs(part), 0);
        expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - rates![l]!)).toBeLessThan(1e-14 * size + 1e-300);
      });
    }
  });

  it('take less than the rates do beside the core', () => {
    const varying = (nodes: readonly NodeId[]): number =>
      [...graph.reachable([...core, ...nodes])].filter((node) => !hoisted.isFixed(node)).length;
    expect(ledgers.length).toBeGreaterThan(5);
    expect(varying(quadratures) - varying([])).toBeLessThan(0.5 * (varying(ledgers) - varying([])));
  });
});
