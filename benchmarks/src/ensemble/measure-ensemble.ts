import { compileModel } from '@fedbatch/model';
import { rodas4, rodas5p } from '@fedbatch/numerics';
import { laneOutcome } from '@fedbatch/numerics/lanes';
import { LanePool } from '@fedbatch/studies';
import { type Contender, newSaved, type Problem } from '../batches/batch.ts';
import { buildCvode } from '../batches/cvode.ts';
import { compileLanes, type LaneProblem, laneBatch } from '../batches/lane-batch.ts';
import { ownBatch } from '../batches/own-batch.ts';
import { fullVesselProblem, p1Problem } from '../batches/problems.ts';
import type { Patience } from '../mean-time.ts';
import { compareAtEqualError, comparedErrors, measureBatches } from '../measure-batches.ts';
import type { AtEqualError, BatchPoint } from '../results.ts';

export const laneName = 'lanes';
export const cvodeName = 'CVODE in C, BDF';

/** A case, how many batches lanes take in a run that is timed, and the tolerance at which all batches of a study are run: error near 1e-6. */
interface Case {
  readonly problem: Problem;
  readonly chunk: number;
  readonly studyTolerance: number;
  /** What differs between the batches of the study, and by how much of its value at most. */
  readonly varied: Readonly<Record<string, number>>;
}

export const cases: readonly Case[] = [
  {
    problem: p1Problem,
    chunk: 16,
    studyTolerance: 1e-5,
    varied: { 'organism.qSmax': 0.1, 'organism.kLa': 0.2, 'organism.Ks': 0.4 },
  },
  {
    problem: fullVesselProblem,
    chunk: 2,
    studyTolerance: 2e-5,
    varied: { 'organism.qSmax': 0.1, 'organism.Ks': 0.4, 'vessel.stirrer': 0.1 },
  },
];

export interface Effort {
  readonly rounds: number;
  readonly patience: Patience;
  /** Batches of the study. */
  readonly batches: number;
  readonly tolerances: readonly number[];
}

export interface EnsembleRow {
  readonly problem: string;
  readonly points: readonly BatchPoint[];
  readonly atEqualError: readonly AtEqualError[];
  readonly study: Study;
}

/** All batches of a study at once. */
export interface Study {
  readonly batches: number;
  readonly workers: number;
  readonly seconds: number;
  /** Processor time of all threads. */
  readonly processorSeconds: number;
  readonly stuck: number;
}

/** Measures a case beside its rivals; `say` is told of the progress. */
export async function measureCase(
  { problem, chunk, studyTolerance, varied }: Case,
  { rounds, patience, batches, tolerances }: Effort,
  say: (text: string) => void,
): Promise<EnsembleRow> {
  const lanes = compileLanes(problem, rodas5p);
  const lanes4 = compileLanes(problem, rodas4);
  const compiled = compileModel(lanes.model);
  const reference = newSaved(problem);
  ownBatch(compiled, 'rodas5p', 1e-12, problem).run(reference);
  const cvode = buildCvode(compiled, problem);
  const inLanes = (name: string, compiledLanes: LaneProblem, count: number): Contender => ({
    name,
    side: 'ours',
    tolerances,
    prepare: (tolerance) => laneBatch(compiledLanes, count, tolerance),
  });
  const contenders: Contender[] = [
    inLanes(laneName, lanes, chunk),
    inLanes('lanes by rodas4', lanes4, chunk),
    inLanes('lanes, one batch alone', lanes, 1),
    inLanes('lanes by rodas4, one batch alone', lanes4, 1),
    ...[rodas5p, rodas4].map(
      (tableau): Contender => ({
        name: `${tableau.name} in WebAssembly, one plant`,
        side: 'ours',
        tolerances,
        prepare: (tolerance) => ownBatch(compiled, tableau.name, tolerance, problem, tableau),
      }),
    ),
    {
      name: 'rodas5p in JavaScript',
      side: 'ours',
      tolerances,
      prepare: (tolerance) => ownBatch(compiled, 'rodas5p', tolerance, problem),
    },
  ];
  if (cvode)
    contenders.push({
      name: cvodeName,
      side: 'rival',
      tolerances: [1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10],
      prepare: (tolerance) => cvode.prepare('bdf', tolerance),
    });
  const { points } = await measureBatches({ contenders, problem, reference, rounds, patience, say });
  say(`study: ${batches} batches of ${problem.recipe.name}`);
  const study = await runStudy(lanes, varied, batches, studyTolerance);
  return {
    problem: problem.recipe.name,
    points,
    atEqualError: compareAtEqualError(points, comparedErrors),
    study,
  };
}

/** Values that fill the ranges evenly: multiples of irrational numbers (Weyl 1916). */
function spreadOf(
  { model }: LaneProblem,
  varied: Case['varied'],
  count: number,
): { slots: number[]; values: Float64Array } {
  const entries = Object.entries(varied);
  const slots = entries.map(([id]) => model.parameters.findIndex((parameter) => parameter.id === id));
  const values = new Float64Array(entries.length * count);
  entries.forEach(([, share], d) => {
    const { value } = model.parameters[slots[d]!]!;
    for (let b = 0; b < count; b++)
      values[d * count + b] = value * (1 + share * (2 * (((b + 1) * Math.sqrt([2, 3, 5][d]!)) % 1) - 1));
  });
  return { slots, values };
}

async function runStudy(
  lanes: LaneProblem,
  varied: Case['varied'],
  batches: number,
  tolerance: number,
): Promise<Study> {
  const pool = new LanePool();
  try {
    const { slots, values } = spreadOf(lanes, varied, batches);
    const work = { ...lanes.work(batches, tolerance), variedSlots: slots, varied: values };
    // The engine optimises code that has run for a while.
    await pool.run(lanes.program, lanes.work(64, tolerance));
    const processor = process.cpuUsage();
    const started = performance.now();
    const run = await pool.run(lanes.program, work);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(processor);
    return {
      batches,
      workers: pool.workers,
      seconds,
      processorSeconds: (user + system) / 1e6,
      stuck: run.outcomes.filter((outcome) => outcome !== laneOutcome.done).length,
    };
  } finally {
    await pool.close();
  }
}
