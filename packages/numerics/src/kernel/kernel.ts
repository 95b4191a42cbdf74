import type { KernelProgram } from './kernel-program.ts';

/** What lets an integrator take the attempts of its stiff method in WebAssembly. */
export interface Kernel {
  /** Made for the system and for the method. */
  readonly program: KernelProgram;
  /** Parameters of the plant, live: what was set before a `jump()` counts behind it. */
  readonly parameters: Float64Array;
}
