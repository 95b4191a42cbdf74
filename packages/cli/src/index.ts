export { type ExitCode, exitCodes } from './exit-codes.ts';
export { main } from './program.ts';
export type { Terminal } from './terminal.ts';
