import { type CompiledModel, compileModel } from '@fedbatch/model';
import { modelOf, p1 } from '../models.ts';
import { type Contender, type Hourly, newHourly } from './batch.ts';
import { buildCvode } from './cvode-batch.ts';
import { mathjsBatch } from './mathjs-batch.ts';
import { odexBatch } from './odex-batch.ts';
import { ownBatch } from './own-batch.ts';

/** Far tighter than anything that is compared with it. */
const referenceTolerance = 1e-13;

export const compileP1 = (): CompiledModel => compileModel(modelOf(p1));

/** Hourly values of p1 that every batch is compared with. */
export function referenceHourly(): Hourly {
  const hourly = newHourly();
  ownBatch(compileP1(), 'rodas5p', referenceTolerance).run(hourly);
  return hourly;
}

/** Everybody who solves p1, each on a model compiled for it alone. */
export function contenders(): Contender[] {
  const usual = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
  const own = (['rodas4', 'rodas5p', 'auto', 'tsit5'] as const).map((method): Contender => {
    const compiled = compileP1();
    return {
      name: method,
      side: 'ours',
      tolerances: usual,
      prepare: (tolerance) => ownBatch(compiled, method, tolerance),
    };
  });
  const [behindContract, byHand] = [compileP1(), compileP1()];
  const extrapolation = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11];
  return [
    ...own,
    ...cvode(),
    {
      name: 'npm odex, by hand on our right-hand side',
      side: 'rival',
      tolerances: extrapolation,
      prepare: (tolerance) => odexBatch(byHand, tolerance),
    },
    {
      name: 'npm odex, behind our contract',
      side: 'rival',
      tolerances: extrapolation,
      prepare: (tolerance) => ownBatch(behindContract, 'odex', tolerance),
    },
    {
      name: 'mathjs solveODE (RK45)',
      side: 'rival',
      tolerances: [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9],
      prepare: mathjsBatch,
    },
  ];
}

/** Where a C compiler and SUNDIALS are at hand (on Debian: gcc, and libsundials-dev or its sources). */
function cvode(): Contender[] {
  const built = buildCvode(compileP1());
  if (!built) return [];
  const { build, prepare } = built;
  return [
    {
      name: `CVODE in C, BDF (${build})`,
      side: 'rival',
      tolerances: [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11],
      prepare: (tolerance) => prepare('bdf', tolerance),
    },
    {
      name: `CVODE in C, Adams (${build})`,
      side: 'rival',
      tolerances: [1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10],
      prepare: (tolerance) => prepare('adams', tolerance),
    },
  ];
}
