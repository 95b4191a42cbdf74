export type { Kernel } from './kernel.ts';
export { type KernelProgram, kernelProgram } from './kernel-program.ts';
export { kernelsRun } from './kernel-support.ts';
export type { KernelFunctions, KernelPlaces, KernelSystem } from './kernel-system.ts';
