import { type CompiledModel, Instance } from '@fedbatch/model';
import { rodas5p, stageCode } from '@fedbatch/numerics';
import type { Batch, Problem } from './batch.ts';
import { buildC } from './c-program.ts';
import { processBatch } from './process-batch.ts';

/** A generated JavaScript function as C: numbers all the way, so that its words alone differ. */
function inC(code: { toString(): string }): string {
  const text = code.toString();
  return text
    .slice(text.indexOf('{') + 1, text.lastIndexOf('}'))
    .replace("'use strict';", '')
    .replaceAll('const ', 'const double ')
    .replaceAll('let ', 'double ')
    .replaceAll('Math.abs', 'fabs')
    .replaceAll('return false', 'return 0')
    .replaceAll('return true', 'return 1');
}

/** The tableau, and the very operations of our stages in their order. */
function method(compiled: CompiledModel): string {
  const { factorCount, factorise, stages } = stageCode(rodas5p, new Instance(compiled));
  const { nodes, dense, gamma, errorOrder } = rodas5p;
  const takes =
    'const double *y, double *k, double *u, const double *j, const double *d, const double *s, const double *f';
  return [
    `#define FB_FACTORS ${factorCount}`,
    `#define FB_STAGES ${stages.length}`,
    `#define FB_DENSE ${dense.length}`,
    `#define FB_GAMMA ${gamma}`,
    `#define FB_ERROR_ORDER ${errorOrder}`,
    `static const double fb_nodes[] = {${nodes.join(', ')}};`,
    `static const double fb_dense[][FB_STAGES] = {${dense.map((row) => `{${row.join(', ')}}`).join(', ')}};`,
    `static int factorise(const double *j, const double *s, double *f) {${inC(factorise)}}`,
    ...stages.map((stage, i) => `static void stage${i}(${takes}) {${inC(stage)}}`),
    `static void (*const stages[])(${takes}) = {${stages.map((_, i) => `stage${i}`).join(', ')}};`,
  ].join('\n');
}

/**
 * Our Rodas5P in C (`c/rodas5p.c`), for a problem without kinks whose stages are straight lines; undefined where there is no C compiler. What JavaScript costs is
 * the ratio of the two.
 */
export function buildRodas5p(
  compiled: CompiledModel,
  problem: Problem,
): { prepare(tolerance: number): Batch } | undefined {
  const program = buildC('rodas5p.c', compiled, problem, { more: method(compiled) });
  if (program === undefined) return undefined;
  return { prepare: (tolerance) => processBatch(program, ['rodas5p', String(tolerance)]) };
}
