export { createIntegrator } from './create-integrator.ts';
export { eigenvalues } from './eigenvalues.ts';
export type { Integrator, IntegratorOptions, Method, WorkCounters } from './integrator.ts';
export { type LeastSquares, leastSquares } from './least-squares.ts';
export * from './outcomes.ts';
export { RandomStream } from './random-stream.ts';
export { rodas4 } from './rodas4.ts';
export { rodas5p } from './rodas5p.ts';
export type { NonNegativeState, Pattern, System } from './system.ts';
