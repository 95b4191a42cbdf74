import type { KernelSystem } from '@fedbatch/numerics/kernel';
import { Derivatives } from '../graph/derivative.ts';
import type { Model } from '../model.ts';
import { linearFormsOf } from './kernel-quadratures.ts';
import { keptOf, lineariseNearOf, lineariseOf, nearOf, rhsNearOf } from './lane-near.ts';
import type { LaneContext } from './lane-writer.ts';
import { functionOf } from './lanes.ts';
import { jacobianOf } from './roots.ts';
import { Hoisted } from './writer.ts';

/**
 * The equations of a model as WebAssembly for one plant, from the writer of lanes: all states, in the order of the model. Nothing that an author
 * wrote enters the code: names are slots, numbers are finite, operators come from the closed list.
 */
export function emitKernel(model: Model): KernelSystem {
  const { graph } = model;
  const derivatives = new Derivatives(graph);
  const { coreSize, kinks } = model;
  const hoisted = new Hoisted(graph);
  const core = model.rates.slice(0, coreSize);
  const forms = linearFormsOf(graph, model.rates.slice(coreSize), core, (node) => hoisted.isFixed(node));
  const rates = [...core, ...forms.quadratures];
  const { jacobian, pattern } = jacobianOf(model, derivatives, rates);
  const byTime = rates.map((rate) => derivatives.of(rate, graph.time()));
  const crossings = model.events.filter(({ kind }) => kind === 'crossing').map(({ node }) => node);
  const kept = keptOf(graph, derivatives, [...rates, ...jacobian]);
  return {
    size: model.states.length,
    coreSize,
    quadratureCount: forms.quadratures.length,
    coefficientCount: forms.coefficients.length,
    sums: forms.sums,
    pattern,
    byTime: byTime.map((node) => node !== graph.zero),
    parameterCount: model.parameters.length,
    kinkCount: kinks.length,
    eventCount: crossings.length,
    nonNegative: model.states.flatMap(({ nonNegative }, state) => (nonNegative ? [state] : [])),
    unknownCount: model.unknowns.length,
    keptCount: kept.count,
    write(module, math, places, pool) {
      const plain: LaneContext = { graph, derivatives, math, places, pool, slotOfState: (slot) => slot };
      const context: LaneContext = { ...plain, hoisted };
      const linearised = [
        { place: places.slopes, nodes: rates },
        { place: places.jacobian, nodes: jacobian },
        { place: places.byTime, nodes: byTime },
      ];
      const rhs = module.add(functionOf(context, [{ place: places.rates, nodes: rates }]));
      const linearise = module.add(lineariseOf(context, linearised, kept));
      const isNear = kept.count > 0;
      const switches = [{ place: places.kinks, nodes: kinks }];
      const kinksAnywhere = module.add(functionOf(context, switches));
      const written = {
        rhsNear: isNear ? module.add(rhsNearOf(context, rates, kept, rhs)) : rhs,
        lineariseNear: isNear ? module.add(lineariseNearOf(context, linearised, kept, linearise)) : linearise,
        kinks: isNear ? module.add(nearOf(context, switches, kept, kinksAnywhere)) : kinksAnywhere,
        events: module.add(functionOf(context, [{ place: places.events, nodes: crossings }])),
      };
      // What is worth computing ahead shows once all that uses it has been written.
      const prepare = module.add(
        functionOf(plain, [
          { place: places.hoisted, nodes: hoisted.nodes },
          { place: places.coefficients, nodes: forms.coefficients },
        ]),
      );
      return { ...written, prepare, hoistedCount: hoisted.nodes.length };
    },
  };
}
