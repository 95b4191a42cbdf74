import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { CompiledModel } from '@fedbatch/model';
import type { Contender, Problem } from './batch.ts';
import { buildC } from './c-program.ts';
import { processBatch } from './process-batch.ts';

const folder = resolve(import.meta.dirname, '../..');
const scipyDriver = join(folder, 'python/scipy_batch.py');
const deSolveDriver = join(folder, 'r/desolve-batch.R');

/** Debian installs SciPy for its own Python, which need not be the first on the path. */
const pythons = ['python3', '/usr/bin/python3'];

const answers = (program: string, ...args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** A Python that has SciPy, with its version. */
function pythonWithScipy(): { python: string; version: string } | undefined {
  for (const python of pythons) {
    const version = answers(python, '-c', 'import scipy; print(scipy.__version__)');
    if (version) return { python, version };
  }
  return undefined;
}

/** SciPy and R's deSolve on p1: on our generated C as a shared library, SciPy also on its equations in plain Python. */
export function inOtherLanguages(
  compiled: CompiledModel,
  problem: Problem,
): { contenders: Contender[]; versions: Record<string, string>; absent: string[] } {
  const library = buildC('library.c', compiled, problem, { flags: ['-shared', '-fPIC'], name: 'model.so' });
  const scipy = library === undefined ? undefined : pythonWithScipy();
  const deSolve = library && answers('Rscript', '-e', 'cat(as.character(packageVersion("deSolve")))');
  const tolerances = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11];
  const rival = (name: string, program: string, args: (tolerance: string) => readonly string[]): Contender => ({
    name,
    side: 'rival',
    tolerances,
    prepare: (tolerance) => processBatch(program, args(String(tolerance))),
  });
  const scipyWays = [
    ['SciPy odeint (LSODA), our C by ctypes', 'odeint', 'c'],
    ['SciPy solve_ivp LSODA, our C by ctypes', 'LSODA', 'c'],
    ['SciPy solve_ivp LSODA, plain Python', 'LSODA', 'python'],
    ['SciPy solve_ivp Radau, our C by ctypes', 'Radau', 'c'],
  ] as const;
  return {
    contenders: [
      ...(scipy
        ? scipyWays.map(([name, method, language]) =>
            rival(name, scipy.python, (tolerance) => [scipyDriver, library!, method, language, tolerance]),
          )
        : []),
      ...(deSolve
        ? [
            rival('R deSolve lsodar, our C compiled in', 'Rscript', (tolerance) => [
              deSolveDriver,
              library!,
              String(compiled.model.states.length),
              tolerance,
            ]),
          ]
        : []),
    ],
    versions: { ...(scipy && { scipy: scipy.version }), ...(deSolve && { deSolve }) },
    absent: [...(scipy ? [] : ['SciPy']), ...(deSolve ? [] : ['R deSolve'])],
  };
}
