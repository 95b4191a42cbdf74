import { type CompiledModel, compileModel } from '@fedbatch/model';
import { type Method, type RosenbrockTableau, rodas4, rodas5p } from '@fedbatch/numerics';
import { modelOf, p1 } from '../models.ts';
import { type Contender, newSaved, type Problem, type Saved } from './batch.ts';
import { buildCvode } from './cvode.ts';
import { type DiffGrok, diffGrokContenders, findDiffGrok } from './diff-grok.ts';
import { compileLanes, laneBatch } from './lane-batch.ts';
import { mathjsBatch } from './mathjs-batch.ts';
import { odexBatch } from './odex-batch.ts';
import { inOtherLanguages } from './other-languages.ts';
import { ownBatch } from './own-batch.ts';
import { p1Problem } from './problems.ts';
import { buildRodas5p } from './rodas5p-in-c.ts';

export const compileP1 = (): CompiledModel => compileModel(modelOf(p1));

/** Everybody who solves a problem here, with the versions of what was found, and who was looked for and is not there. */
export interface Field {
  readonly contenders: readonly Contender[];
  readonly versions: Readonly<Record<string, string>>;
  readonly absent: readonly string[];
}

/** Who shall solve a problem: methods of ours, and those rivals that take any of our models. */
export interface Invitation {
  readonly problem: Problem;
  readonly own: readonly Method[];
  readonly rivals: readonly ('BDF' | 'Adams' | 'odex' | 'Rodas5P in C')[];
  /** Methods of ours whose steps run in WebAssembly too, and what becomes of kinks there where the model has some. */
  readonly inWebAssembly?: readonly RosenbrockTableau[];
  readonly kinks?: readonly ('locate' | 'ignore')[];
  /** The loosest and the tightest tolerance of ours, as powers of ten. Default 2 and 9. */
  readonly loosest?: number;
  readonly tightest?: number;
}

const powersOfTen = (loosest: number, tightest: number): number[] =>
  Array.from({ length: tightest - loosest + 1 }, (_, i) => Number(`1e-${loosest + i}`));

/** Values that everybody is compared with: those of our own method at a tolerance far below any other, the last row as published where it was. */
export function referenceOf(problem: Problem, tolerance = 1e-12): Saved {
  const saved = newSaved(problem);
  ownBatch(compileModel(modelOf(problem.recipe)), 'rodas5p', tolerance, problem).run(saved);
  if (problem.published && problem.rowsH.length === 1) saved.set(problem.published);
  return saved;
}

/** The contenders of an invitation, each on a model compiled for it alone. */
export function invite(invitation: Invitation): Field {
  const { problem, own, rivals, inWebAssembly = [], kinks = ['locate'], loosest = 2, tightest = 9 } = invitation;
  const compile = (): CompiledModel => compileModel(modelOf(problem.recipe));
  const behindContract = (name: string, side: Contender['side'], method: Method, tolerances: number[]): Contender => {
    const compiled = compile();
    return { name, side, tolerances, prepare: (tolerance) => ownBatch(compiled, method, tolerance, problem) };
  };
  const absent: string[] = [];
  const contenders = own.map((method) => behindContract(method, 'ours', method, powersOfTen(loosest, tightest)));
  for (const tableau of inWebAssembly)
    for (const how of kinks) {
      const compiled = compile();
      contenders.push({
        name: `${tableau.name} in WebAssembly, one plant${how === 'ignore' ? ', kinks left to error control' : ''}`,
        side: 'ours',
        tolerances: powersOfTen(loosest, tightest),
        prepare: (tolerance) => ownBatch(compiled, tableau.name, tolerance, problem, tableau, how),
      });
    }
  if (rivals.includes('Rodas5P in C')) {
    const built = buildRodas5p(compile(), problem);
    if (built)
      contenders.push({
        name: 'rodas5p in C',
        side: 'rival',
        tolerances: powersOfTen(loosest, tightest),
        prepare: built.prepare,
      });
    else absent.push('a C compiler');
  }
  if (rivals.includes('BDF') || rivals.includes('Adams')) {
    const built = buildCvode(compile(), problem);
    if (!built) absent.push('CVODE');
    for (const method of ['BDF', 'Adams'] as const) {
      if (!built || !rivals.includes(method)) continue;
      contenders.push({
        name: `CVODE in C, ${method} (${built.build})`,
        side: 'rival',
        tolerances: method === 'BDF' ? powersOfTen(4, 11) : powersOfTen(5, 10),
        prepare: (tolerance) => built.prepare(method === 'BDF' ? 'bdf' : 'adams', tolerance),
      });
    }
  }
  if (rivals.includes('odex'))
    contenders.push(behindContract('npm odex, behind our contract', 'rival', 'odex', powersOfTen(3, 11)));
  return { contenders, versions: {}, absent };
}

/** Everybody who solves p1. */
export async function p1Field(diffGrok?: DiffGrok): Promise<Field> {
  const everywhere = invite({
    problem: p1Problem,
    own: ['rodas4', 'rodas5p', 'auto', 'tsit5'],
    rivals: ['Rodas5P in C', 'BDF', 'Adams', 'odex'],
    inWebAssembly: [rodas4, rodas5p],
  });
  const others = inOtherLanguages(compileP1(), p1Problem);
  const grok = diffGrok ?? (await findDiffGrok());
  const byHand = compileP1();
  const alone = [rodas4, rodas5p].map((tableau): Contender => {
    const lanes = compileLanes(p1Problem, tableau);
    return {
      name: `${tableau.name} in WebAssembly lanes, one batch alone`,
      side: 'ours',
      tolerances: powersOfTen(2, 8),
      prepare: (tolerance) => laneBatch(lanes, 1, tolerance),
    };
  });
  const javaScript: Contender[] = [
    {
      name: 'npm odex, by hand on our right-hand side',
      side: 'rival',
      tolerances: powersOfTen(3, 11),
      prepare: (tolerance) => odexBatch(byHand, tolerance),
    },
    { name: 'mathjs solveODE (RK45)', side: 'rival', tolerances: powersOfTen(3, 9), prepare: mathjsBatch },
    ...(grok ? diffGrokContenders(grok) : []),
  ];
  return {
    contenders: [...alone, ...everywhere.contenders, ...javaScript, ...others.contenders],
    versions: others.versions,
    absent: [...everywhere.absent, ...others.absent, ...(grok ? [] : ['npm diff-grok'])],
  };
}
