import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CompiledModel, emitC } from '@fedbatch/model';
import { type Batch, endH, type Hourly, p1Problem, type Work } from './batch.ts';

const folderOfC = resolve(import.meta.dirname, '../../c');
const driver = join(folderOfC, 'cvode.c');
const sources = join(folderOfC, 'sundials');

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

export interface Cvode {
  /** How it was compiled. */
  readonly build: 'optimised' | "Debian's library, not optimised";
  prepare(method: 'bdf' | 'adams', tolerance: number): Batch;
}

/**
 * CVODE in C on the C of our own back end: from its sources, compiled as the model is, where `c/get-sundials.sh` has fetched them, else against
 * Debian's library; undefined where there is no C compiler or no SUNDIALS.
 */
export function buildCvode(compiled: CompiledModel, problem = p1Problem): Cvode | undefined {
  const { quantities } = problem;
  const folder = mkdtempSync(join(tmpdir(), 'fedbatch-cvode-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'cvode');
  // Finite, for C: a state without a tolerance of its own weighs nothing.
  const shares = [...problem.absoluteTolerances(compiled.model, 1)].map((share) => Math.min(share, 1e30));
  const tables = [`#define FB_HOURS ${endH}`, `static const double fb_shares[] = {${shares.join(', ')}};`, ''];
  writeFileSync(join(folder, 'model.c'), emitC(compiled.model) + tables.join('\n'));
  const ownBuild = existsSync(sources);
  const within = (path: string): string => join(sources, path);
  const how = ownBuild
    ? [
        ...['include', 'src', 'src/cvode', 'src/sundials'].map((path) => `-I${within(path)}`),
        ...units.map((unit) => within(`src/${unit}.c`)),
      ]
    : ['cvode', 'nvecserial', 'sunmatrixdense', 'sunlinsoldense'].map((name) => `-lsundials_${name}`);
  try {
    execFileSync('cc', ['-O3', '-march=native', `-I${folder}`, '-o', program, driver, ...how, '-lm'], {
      stdio: 'pipe',
    });
  } catch {
    return undefined;
  }
  const { outputs } = compiled.model;
  const columns = quantities.map(({ output }) => outputs.findIndex(({ id }) => id === output));
  const prepare: Cvode['prepare'] = (method, tolerance) => {
    let work: Work = {};
    const run = (out: Hourly, seconds: number): number => {
      const printed = execFileSync(program, [method, String(tolerance), String(seconds)], { encoding: 'utf8' });
      const [head, ...rows] = printed.trim().split('\n');
      const [microseconds, steps, rhsCalls] = head!.split(' ').map(Number);
      work = { steps: steps!, rhsCalls: rhsCalls! };
      rows.forEach((row, hour) => {
        const values = row.split(' ').map(Number);
        columns.forEach((column, i) => {
          out[hour * quantities.length + i] = values[column]!;
        });
      });
      return microseconds!;
    };
    return { run: (out) => void run(out, 0), microseconds: (out, seconds) => run(out, seconds), work: () => work };
  };
  return { build: ownBuild ? 'optimised' : "Debian's library, not optimised", prepare };
}
