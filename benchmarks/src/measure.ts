import { compileModel } from '@fedbatch/model';
import type { Contender, Problem } from './batches/batch.ts';
import { invite, p1Field, referenceOf } from './batches/contenders.ts';
import { invitations } from './batches/invitations.ts';
import { p1Problem } from './batches/problems.ts';
import { benchVesselPlan, ClosedLoop, closedLoopPlan, measureWholeBatch } from './closed-loop.ts';
import { thisMachine } from './machine.ts';
import type { Patience } from './mean-time.ts';
import { compareAtEqualError, comparedErrors, measureBatches } from './measure-batches.ts';
import { measureCompile } from './measure-compile.ts';
import { measureRest } from './measure-rest.ts';
import { benchEcoli, bsm1, cho, fullVessel, modelOf, p1, shippedOrganisms, wholeVessel } from './models.ts';
import type {
  CompileRow,
  ModelsPart,
  P1Part,
  Part,
  ProblemsPart,
  Results,
  ScanRow,
  ScansPart,
  WorkPrecision,
} from './results.ts';
import { measureScans, ScanLoop, type Scanned } from './scan.ts';

export type Mode = 'full' | 'quick';

interface Effort {
  /** Times that everything on p1 is measured; the other problems are measured once. */
  readonly rounds: number;
  readonly patience: Patience;
  readonly scans: number;
  /** Of a full vessel in an open loop, which says no more in a million. */
  readonly openScans: number;
  readonly wholeBatches: number;
  /** How many of the other problems are taken. */
  readonly problems: number;
  /** Which tolerances of a solver are run. */
  pick(contender: Contender): readonly number[];
}

const efforts: Record<Mode, Effort> = {
  full: {
    rounds: 2,
    patience: { time: 80, warmup: 40, iterations: 2 },
    scans: 1_000_000,
    openScans: 100_000,
    wholeBatches: 3,
    problems: invitations.length,
    // mathjs and SciPy take half a second for each batch.
    pick: ({ name, tolerances }) => tolerances.filter((_, i) => !/mathjs|SciPy|deSolve/.test(name) || i % 2 === 1),
  },
  quick: {
    rounds: 1,
    patience: { time: 5, warmup: 0, iterations: 1 },
    scans: 500,
    openScans: 500,
    wholeBatches: 1,
    problems: 1,
    pick: ({ name, tolerances }) => tolerances.filter((_, i) => (/mathjs|SciPy/.test(name) ? i === 1 : i % 4 === 1)),
  },
};

type Say = (text: string) => void;

/** Measures the parts that are named. `say` is told of the progress. */
export async function measure(mode: Mode, wanted: readonly Part[], say: Say): Promise<Partial<Results>> {
  const effort = efforts[mode];
  const found: { -readonly [P in Part]?: Results[P] } = {};
  if (wanted.includes('scans')) found.scans = await measureScansPart(effort, say);
  if (wanted.includes('p1')) found.p1 = await measureP1(effort, say);
  if (wanted.includes('problems')) found.problems = await measureOthers(effort, say);
  if (wanted.includes('models')) found.models = await measureModels(effort, say);
  return found;
}

async function measureScansPart(effort: Effort, say: Say): Promise<ScansPart> {
  const machine = thisMachine();
  const scans: ScanRow[] = [];
  for (const { model, method, scanned, count } of scanCases(effort)) {
    say(`${count} scans: ${model} with ${method}`);
    scans.push({ model, method, ...(await measureScans(scanned(), count)) });
  }
  const plans = [
    ['bench vessel, one feed', benchVesselPlan],
    ['full vessel, 20 sensors, 12 actuators, loops, feed', closedLoopPlan],
  ] as const;
  const wholeBatches = plans.map(([model, plan]) => {
    say(`whole batch: ${model}`);
    return { model, milliseconds: measureWholeBatch(plan(), effort.wholeBatches) };
  });
  return { machine, scans, wholeBatches };
}

async function measureP1({ rounds, patience, pick }: Effort, say: Say): Promise<P1Part> {
  const machine = thisMachine();
  const field = await p1Field();
  const p1 = await measureProblem(p1Problem, field.contenders, { rounds, patience, pick }, say);
  return {
    machine: { ...machine, versions: { ...machine.versions, ...field.versions } },
    absent: [...new Set(field.absent)],
    p1,
  };
}

async function measureOthers({ problems, patience, pick }: Effort, say: Say): Promise<ProblemsPart> {
  const machine = thisMachine();
  const found: WorkPrecision[] = [];
  for (const invitation of invitations.slice(0, problems)) {
    const { contenders } = invite(invitation);
    found.push(await measureProblem(invitation.problem, contenders, { rounds: 1, patience, pick }, say));
  }
  return { machine, problems: found };
}

async function measureModels({ patience }: Effort, say: Say): Promise<ModelsPart> {
  const machine = thisMachine();
  say('BSM1 to rest');
  const rest = await measureRest(patience);
  const compile: CompileRow[] = [];
  for (const recipe of [p1, ...shippedOrganisms(), fullVessel, cho, bsm1]) {
    say(`compile: ${recipe.name}`);
    compile.push(await measureCompile(recipe, patience));
  }
  return { machine, rest, compile };
}

/** Work and precision of everybody on one problem. */
async function measureProblem(
  problem: Problem,
  everybody: readonly Contender[],
  { rounds, patience, pick }: Pick<Effort, 'rounds' | 'patience' | 'pick'>,
  say: Say,
): Promise<WorkPrecision> {
  const contenders = everybody.map((contender) => ({ ...contender, tolerances: pick(contender) }));
  const reference = referenceOf(problem, problem === p1Problem ? 1e-13 : 1e-12);
  const measured = await measureBatches({ contenders, problem, reference, rounds, patience, say });
  return {
    problem: problem.recipe.name,
    states: modelOf(problem.recipe).states.length,
    ...measured,
    atEqualError: compareAtEqualError(measured.points, comparedErrors),
  };
}

interface ScanCase {
  readonly model: string;
  readonly method: 'rodas5p' | 'auto';
  readonly count: number;
  scanned(): Scanned;
}

/** Plant alone, plant with instruments, closed loop. */
function scanCases({ scans, openScans }: Effort): ScanCase[] {
  const alone = [p1, benchEcoli].flatMap((recipe) =>
    (['rodas5p', 'auto'] as const).map((method) => ({
      model: recipe.name,
      method,
      count: scans,
      scanned: () => new ScanLoop(compileModel(modelOf(recipe)), 'vessel.feedRate', method),
    })),
  );
  const whole = (model: string, spec: 'bare' | 'instrumented') => ({
    model,
    method: 'auto' as const,
    count: openScans,
    scanned: () => {
      const { compiled, equipment } = wholeVessel();
      return new ScanLoop(compiled, 'vessel.feedRate', 'auto', 1e-6, spec === 'bare' ? undefined : equipment);
    },
  });
  return [
    ...alone,
    whole('full vessel', 'bare'),
    whole('full vessel, 20 sensors, 12 actuators', 'instrumented'),
    {
      model: 'closed loop: bench vessel, one feed',
      method: 'auto',
      count: scans,
      scanned: () => new ClosedLoop(benchVesselPlan()),
    },
    {
      model: 'closed loop: full vessel, 20 sensors, 12 actuators, loops, feed',
      method: 'auto',
      count: scans,
      scanned: () => new ClosedLoop(closedLoopPlan()),
    },
  ];
}
