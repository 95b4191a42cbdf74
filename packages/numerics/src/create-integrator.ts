import { AdaptiveIntegrator } from './adaptive-integrator.ts';
import { Bs3 } from './bs3.ts';
import { dop853 } from './dop853.ts';
import { ExplicitRungeKutta } from './explicit-runge-kutta.ts';
import type { Integrator, IntegratorOptions } from './integrator.ts';
import { KernelRosenbrock } from './kernel/kernel-rosenbrock.ts';
import { OdexIntegrator } from './odex-integrator.ts';
import { rodas4 } from './rodas4.ts';
import { rodas5p } from './rodas5p.ts';
import { Rosenbrock, type RosenbrockTableau } from './rosenbrock.ts';
import type { StepMethod } from './step-method.ts';
import type { System } from './system.ts';
import { Tsit5 } from './tsit5.ts';

/** Makes the integrator that `options.method` names. Throws RangeError for a method or options that do not exist. */
export function createIntegrator(system: System, options: IntegratorOptions): Integrator {
  switch (options.method) {
    case 'tsit5':
      return new AdaptiveIntegrator(system, [new Tsit5(system)], options);
    case 'dop853':
      return new AdaptiveIntegrator(system, [new ExplicitRungeKutta(dop853, system)], options);
    case 'rodas4':
      return new AdaptiveIntegrator(system, [stiff(rodas4, system, options)], options);
    case 'rodas5p':
      return new AdaptiveIntegrator(system, [stiff(rodas5p, system, options)], options);
    case 'auto':
      return new AdaptiveIntegrator(
        system,
        [new Tsit5(system, noticeable(options)), stiff(rodas5p, system, options), new Bs3(system)],
        options,
      );
    case 'odex':
      return new OdexIntegrator(system, options);
    default:
      throw new RangeError(
        `\`${String(options.method)}\` is not a method. Choose auto, tsit5, dop853, rodas4, rodas5p or odex.`,
      );
  }
}

function stiff(tableau: RosenbrockTableau, system: System, options: IntegratorOptions): StepMethod {
  const { absoluteTolerance, kernel } = options;
  const isJudged = (tolerance: number): boolean => tolerance < Number.POSITIVE_INFINITY;
  const judged = absoluteTolerance.subarray(system.coreSize).some(isJudged) ? 'all' : 'core';
  if (!kernel) return new Rosenbrock(tableau, system, judged);
  const { name } = kernel.program.tableau;
  if (name === tableau.name) return new KernelRosenbrock(kernel, system, options, judged);
  throw new RangeError(`The kernel takes steps by ${name}, and the method wants ${tableau.name}. Make one for that.`);
}

/** Changes of a state far below its absolute tolerance say nothing about stiffness; a state without one counts by its own size alone. */
function noticeable({ absoluteTolerance, relativeTolerance }: IntegratorOptions): Float64Array {
  return absoluteTolerance.map((tolerance) => (tolerance < 1e300 ? tolerance / relativeTolerance : 1e-30));
}
