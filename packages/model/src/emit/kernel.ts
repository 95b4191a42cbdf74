import type { KernelSystem } from '@fedbatch/numerics/kernel';
import { Derivatives } from '../graph/derivative.ts';
import type { Model } from '../model.ts';
import { keptOf, lineariseNearOf, lineariseOf, rhsNearOf } from './lane-near.ts';
import type { LaneContext } from './lane-writer.ts';
import { functionOf } from './lanes.ts';
import { rootsOf } from './roots.ts';
import { Hoisted } from './writer.ts';

/**
 * The equations of a model as WebAssembly for one plant, from the writer of lanes: all states, in the order of the model. Nothing that an author
 * wrote enters the code: names are slots, numbers are finite, operators come from the closed list.
 */
export function emitKernel(model: Model): KernelSystem {
  const { graph } = model;
  const derivatives = new Derivatives(graph);
  const { rates, jacobian, pattern, byTime, kinks, crossings } = rootsOf(model, derivatives);
  const hoisted = new Hoisted(graph);
  const kept = keptOf(graph, derivatives, [...rates, ...jacobian]);
  return {
    size: model.states.length,
    coreSize: model.coreSize,
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
      const written = {
        rhsNear: isNear ? module.add(rhsNearOf(context, rates, kept, rhs)) : rhs,
        lineariseNear: isNear ? module.add(lineariseNearOf(context, linearised, kept, linearise)) : linearise,
        kinks: module.add(functionOf(context, [{ place: places.kinks, nodes: kinks }])),
        events: module.add(functionOf(context, [{ place: places.events, nodes: crossings }])),
      };
      // What is worth computing ahead shows once all that uses it has been written.
      const prepare = module.add(functionOf(plain, [{ place: places.hoisted, nodes: hoisted.nodes }]));
      return { ...written, prepare, hoistedCount: hoisted.nodes.length };
    },
  };
}
