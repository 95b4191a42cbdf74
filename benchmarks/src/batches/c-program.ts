import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CompiledModel, emitC } from '@fedbatch/model';
import type { Problem } from './batch.ts';

export const folderOfC = resolve(import.meta.dirname, '../../c');

/** How the model is compiled, and CVODE's sources with it. */
export const optimised = ['-O3', '-march=native'];

let root: string | undefined;

/** A new folder to build in, removed with all others when the process ends. */
export function buildFolder(): string {
  if (root === undefined) {
    const all = mkdtempSync(join(tmpdir(), 'fedbatch-rivals-'));
    process.once('exit', () => rmSync(all, { recursive: true, force: true }));
    root = all;
  }
  return mkdtempSync(join(root, 'build-'));
}

/**
 * Compiles a driver of `c/` with the C of our own back end; undefined where there is no C compiler or what it needs is not there. `more` is C that follows the
 * model, `flags` what the compiler is told besides. Gives the path of a program, or of a shared library where the flags ask for one.
 */
export function buildC(
  driver: string,
  { model }: CompiledModel,
  problem: Problem,
  { more = '', flags = [], name = 'driver' }: { more?: string; flags?: readonly string[]; name?: string } = {},
): string | undefined {
  const folder = buildFolder();
  writeFileSync(join(folder, 'model.c'), [emitC(model), tables(model, problem), more, ''].join('\n'));
  const built = join(folder, name);
  try {
    execFileSync('cc', [...optimised, `-I${folder}`, '-o', built, join(folderOfC, driver), ...flags, '-lm'], {
      stdio: 'pipe',
    });
    return built;
  } catch {
    return undefined;
  }
}

/** What is saved and when, how exact each state is to be, and which events set something. */
function tables(model: CompiledModel['model'], problem: Problem): string {
  const { quantities, rowsH } = problem;
  const table = (type: string, name: string, values: readonly number[]): string =>
    `static const ${type} ${name}[] = {${[...values, 0].join(', ')}};`;
  const crossings = model.events.filter(({ kind }) => kind === 'crossing');
  return [
    `#define FB_ROWS ${rowsH.length}`,
    `#define FB_SAVED ${quantities.length}`,
    table('double', 'fb_times', rowsH),
    table(
      'int',
      'fb_saved',
      quantities.map(({ output }) => model.outputs.findIndex(({ id }) => id === output)),
    ),
    table(
      'int',
      'fb_sets',
      crossings.map(({ set }) => Math.min(1, set.length)),
    ),
    // Finite, for C: a state without a tolerance of its own weighs nothing.
    table(
      'double',
      'fb_shares',
      [...problem.absoluteTolerances(model, 1)].map((share) => Math.min(share, 1e30)),
    ),
  ].join('\n');
}
