import type { KernelSystem } from '@fedbatch/numerics/kernel';
import { Derivatives } from '../graph/derivative.ts';
import type { Model } from '../model.ts';
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
  const { rates, jacobian, pattern, byTime } = rootsOf(model, derivatives);
  return {
    size: model.states.length,
    coreSize: model.coreSize,
    pattern,
    byTime: byTime.map((node) => node !== graph.zero),
    parameterCount: model.parameters.length,
    unknownCount: model.unknowns.length,
    write(module, math, places, pool) {
      const hoisted = new Hoisted(graph);
      const plain: LaneContext = { graph, derivatives, math, places, pool, slotOfState: (slot) => slot };
      const context: LaneContext = { ...plain, hoisted };
      const written = {
        rhs: module.add(functionOf(context, [{ place: places.rates, nodes: rates }], 'leave')),
        linearise: module.add(
          functionOf(
            context,
            [
              { place: places.slopes, nodes: rates },
              { place: places.jacobian, nodes: jacobian },
              { place: places.byTime, nodes: byTime },
            ],
            'keep',
          ),
        ),
      };
      // What is worth computing ahead shows once all that uses it has been written.
      const prepare = module.add(functionOf(plain, [{ place: places.hoisted, nodes: hoisted.nodes }], 'leave'));
      return { ...written, prepare, hoistedCount: hoisted.nodes.length };
    },
  };
}
