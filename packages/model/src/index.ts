export { compose } from './compose/compose.ts';
export type { Part, Setup } from './compose/assembly.ts';
export { compileModel, type CompiledModel, Instance } from './instance.ts';
export { type ComponentFile, readComponent } from './read/component-file.ts';
export type * from './model.ts';
