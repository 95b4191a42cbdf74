import { compileModel } from '@fedbatch/model';
import type { Contender } from './batches/batch.ts';
import { type Field, invite, p1Field, referenceOf } from './batches/contenders.ts';
import { invitations } from './batches/invitations.ts';
import { p1Problem } from './batches/problems.ts';
import { benchVesselPlan, ClosedLoop, closedLoopPlan, measureWholeBatch } from './closed-loop.ts';
import { thisMachine } from './machine.ts';
import { compareAtEqualError, comparedErrors, measureBatches } from './measure-batches.ts';
import { measureCompile } from './measure-compile.ts';
import { measureRest } from './measure-rest.ts';
import type { Patience } from './median-time.ts';
import { benchEcoli, bsm1, cho, fullVessel, modelOf, p1, shippedOrganisms, wholeVessel } from './models.ts';
import type { CompileRow, Results, ScanRow, WorkPrecision } from './results.ts';
import { measureScans, ScanLoop, type Scanned } from './scan.ts';

export type Mode = 'full' | 'quick';

interface Effort {
  /** Times that everything on p1, and on the other problems, is measured. */
  readonly rounds: readonly [p1: number, others: number];
  readonly patience: Patience;
  readonly scans: number;
  readonly wholeBatches: number;
  /** How many of the other problems are taken. */
  readonly problems: number;
  /** Which tolerances of a solver are run. */
  pick(contender: Contender): readonly number[];
}

const efforts: Record<Mode, Effort> = {
  full: {
    rounds: [2, 1],
    patience: { time: 100, warmup: 50, iterations: 3 },
    scans: 1_000_000,
    wholeBatches: 5,
    problems: invitations.length,
    pick: ({ tolerances }) => tolerances,
  },
  quick: {
    rounds: [1, 1],
    patience: { time: 5, warmup: 0, iterations: 1 },
    scans: 500,
    wholeBatches: 1,
    problems: 1,
    // mathjs and SciPy take half a second for each batch.
    pick: ({ name, tolerances }) => tolerances.filter((_, i) => (/mathjs|SciPy/.test(name) ? i === 1 : i % 4 === 1)),
  },
};

type Say = (text: string) => void;

/** Measures everything. `say` is told of the progress. */
export async function measure(mode: Mode, say: Say): Promise<Results> {
  const effort = efforts[mode];
  const { patience, scans: scanCount } = effort;
  const machine = thisMachine();
  const scans: ScanRow[] = [];
  for (const { model, method, scanned } of scanCases()) {
    say(`${scanCount} scans: ${model} with ${method}`);
    scans.push({ model, method, ...(await measureScans(scanned(), scanCount)) });
  }
  const wholeBatches = [];
  for (const [model, plan] of [
    ['bench vessel, one feed', benchVesselPlan],
    ['full vessel, 20 sensors, 12 actuators, loops, feed', closedLoopPlan],
  ] as const) {
    say(`whole batch: ${model}`);
    wholeBatches.push({ model, milliseconds: measureWholeBatch(plan(), effort.wholeBatches) });
  }
  const field = await p1Field();
  const batches = await measureProblems(field, effort, say);
  say('BSM1 to rest');
  const rest = await measureRest(['rodas4', 'rodas5p', 'auto'], patience);
  const compile: CompileRow[] = [];
  for (const recipe of [p1, ...shippedOrganisms(), fullVessel, cho, bsm1]) {
    say(`compile: ${recipe.name}`);
    compile.push(await measureCompile(recipe, patience));
  }
  const versions = { ...machine.versions, ...field.versions };
  return {
    machine: { ...machine, versions },
    absent: [...new Set(field.absent)],
    batches,
    scans,
    wholeBatches,
    rest,
    compile,
  };
}

/** Plant alone, plant with instruments, closed loop. */
function scanCases(): { model: string; method: 'rodas5p' | 'auto'; scanned(): Scanned }[] {
  const alone = [p1, benchEcoli].flatMap((recipe) =>
    (['rodas5p', 'auto'] as const).map((method) => ({
      model: recipe.name,
      method,
      scanned: () => new ScanLoop(compileModel(modelOf(recipe)), 'vessel.feedRate', method),
    })),
  );
  const whole = (model: string, spec: 'bare' | 'instrumented') => ({
    model,
    method: 'auto' as const,
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
      scanned: () => new ClosedLoop(benchVesselPlan()),
    },
    {
      model: 'closed loop: full vessel, 20 sensors, 12 actuators, loops, feed',
      method: 'auto',
      scanned: () => new ClosedLoop(closedLoopPlan()),
    },
  ];
}

/** Work and precision of everybody on p1, then on the other problems. */
async function measureProblems(field: Field, effort: Effort, say: Say): Promise<WorkPrecision[]> {
  const { rounds, patience, pick, problems } = effort;
  const others = invitations.slice(0, problems);
  const all = [
    { problem: p1Problem, enter: () => field, rounds: rounds[0] },
    ...others.map((invitation) => ({
      problem: invitation.problem,
      enter: () => invite(invitation),
      rounds: rounds[1],
    })),
  ];
  const found: WorkPrecision[] = [];
  for (const { problem, enter, rounds } of all) {
    const contenders = enter().contenders.map((contender) => ({ ...contender, tolerances: pick(contender) }));
    const reference = referenceOf(problem, problem === p1Problem ? 1e-13 : 1e-12);
    const points = await measureBatches({ contenders, problem, reference, rounds, patience, say });
    const { name } = problem.recipe;
    const states = modelOf(problem.recipe).states.length;
    found.push({ problem: name, states, points, atEqualError: compareAtEqualError(points, comparedErrors) });
  }
  return found;
}
