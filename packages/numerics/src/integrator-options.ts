import type { IntegratorOptions } from './integrator.ts';
import type { System } from './system.ts';

/** Throws RangeError for options that no integration can be done with. */
export function checkOptions(system: System, options: IntegratorOptions): void {
  const { relativeTolerance, absoluteTolerance, maximumStep, stepLimit } = options;
  if (!(relativeTolerance >= 1e-14 && relativeTolerance <= 0.1)) {
    throw new RangeError(
      `The relative tolerance ${relativeTolerance} lies outside 1e-14 to 0.1. Choose 1e-6 for figures, 1e-10 for reference runs.`,
    );
  }
  if (absoluteTolerance.length !== system.size) {
    throw new RangeError(
      `The system has ${system.size} states and ${absoluteTolerance.length} absolute tolerances. Give one a state.`,
    );
  }
  const wrong = absoluteTolerance.findIndex((tolerance) => !(tolerance > 0));
  if (wrong >= 0)
    throw new RangeError(
      `The absolute tolerance of state ${wrong} is ${absoluteTolerance[wrong]}. Make it larger than 0; Infinity leaves a state out.`,
    );
  if (!(system.coreSize >= 0 && system.coreSize <= system.size))
    throw new RangeError(
      `coreSize ${system.coreSize} lies outside 0 to ${system.size}. It counts the leading states that others depend on.`,
    );
  if (maximumStep !== undefined && !(maximumStep > 0))
    throw new RangeError(`The largest step is ${maximumStep}. Make it larger than 0, or leave it out.`);
  if (stepLimit !== undefined && !(stepLimit >= 1))
    throw new RangeError(`The limit of steps is ${stepLimit}. Make it 1 or more, or leave it out.`);
}
