import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CompiledModel } from '@fedbatch/model';
import type { Batch, Problem } from './batch.ts';
import { buildC, buildFolder, folderOfC, optimised } from './c-program.ts';
import { processBatch } from './process-batch.ts';

const sources = join(folderOfC, 'sundials');
const within = (path: string): string => join(sources, path);

/** What CVODE with dense linear algebra needs of the sources of SUNDIALS 6. */
const units = [
  ...['cvode', 'cvode_io', 'cvode_ls', 'cvode_nls', 'cvode_proj', 'cvode_fused_stubs'].map((name) => `cvode/${name}`),
  'nvector/serial/nvector_serial',
  'sunmatrix/dense/sunmatrix_dense',
  'sunmatrix/band/sunmatrix_band',
  'sunlinsol/dense/sunlinsol_dense',
  'sunlinsol/band/sunlinsol_band',
  'sunnonlinsol/newton/sunnonlinsol_newton',
  ...['band', 'context', 'dense', 'direct', 'futils', 'iterative', 'linearsolver', 'logger', 'math', 'matrix', 'memory']
    .concat(['nonlinearsolver', 'nvector', 'nvector_senswrapper', 'version'])
    .map((name) => `sundials/sundials_${name}`),
];

const includes = ['include', 'src', 'src/cvode', 'src/sundials'].map((path) => `-I${within(path)}`);
/** Compiled once for all models of a process. */
let objects: readonly string[] | undefined;

function compileUnits(): string[] {
  const folder = buildFolder();
  execFileSync('cc', [...optimised, ...includes, '-c', ...units.map((unit) => within(`src/${unit}.c`))], {
    cwd: folder,
    stdio: 'pipe',
  });
  return units.map((unit) => join(folder, `${basename(unit)}.o`));
}

export interface Cvode {
  /** How it was compiled. */
  readonly build: 'optimised' | "Debian's library, not optimised";
  prepare(method: 'bdf' | 'adams', tolerance: number): Batch;
}

/**
 * CVODE in C on the C of our own back end: from its sources, compiled as the model is, where `c/get-sundials.sh` has fetched them, else against
 * Debian's library; undefined where there is no C compiler or no SUNDIALS.
 */
export function buildCvode(compiled: CompiledModel, problem: Problem): Cvode | undefined {
  const ownBuild = existsSync(sources);
  const flags = ownBuild
    ? [...includes, ...(objects ??= compileUnits())]
    : ['cvode', 'nvecserial', 'sunmatrixdense', 'sunlinsoldense'].map((name) => `-lsundials_${name}`);
  const program = buildC('cvode.c', compiled, problem, { flags });
  if (program === undefined) return undefined;
  return {
    build: ownBuild ? 'optimised' : "Debian's library, not optimised",
    prepare: (method, tolerance) => processBatch(program, [method, String(tolerance)]),
  };
}
