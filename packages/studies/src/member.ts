import { type EnsembleMember, Run, type RunPlan, type RunResult } from '@fedbatch/runtime';
import { type Design, pointOf } from './design.ts';
import { quantile } from './distribution.ts';
import type { Varied } from './varied.ts';

/** One member with its trajectories: channel by channel on the grid, NaN where the run had ended. */
export interface MemberRun {
  readonly member: EnsembleMember;
  readonly trajectories: Float32Array;
}

/** Channels that an ensemble keeps: those that a person looks at. */
export function ensembleChannels({ channels }: RunPlan): number[] {
  const drawn = [...channels.keys()].filter((c) => channels[c]!.panel !== undefined);
  return drawn.length > 0 ? drawn : [...channels.keys()];
}

/**
 * Runs member `index`: the plan with its quantities as the design draws them, and a seed of its own for noise and chance. What control
 * assumes of the process stays as the scenario has it. A pure function of its arguments.
 */
export function runMember(
  plan: RunPlan,
  varied: readonly Varied[],
  design: Design,
  index: number,
  gridH: Float64Array,
): MemberRun {
  const drawn = drawnFor(varied, design, index);
  const run = new Run(planOf(plan, varied, drawn, (plan.title.seed + 7919 * (index + 1)) >>> 0));
  while (!run.ended) run.scan();
  const result = run.result();
  return {
    member: {
      index,
      outcome: result.outcome,
      ...judged(varied, drawn, result),
    },
    trajectories: onGrid(
      result.samples.timeH,
      ensembleChannels(plan).map((channel) => result.samples.columns[channel]!),
      gridH,
    ),
  };
}

/** What the design draws for a member, base units. */
export function drawnFor(varied: readonly Varied[], design: Design, index: number): number[] {
  const point = pointOf(design, index, varied.length);
  return varied.map(({ distribution }, d) => quantile(distribution, point[d]!));
}

/** What stands in the tables of an ensemble: values as they are shown, figures, and which expectations are met. */
export function judged(
  varied: readonly Varied[],
  drawn: readonly number[],
  { keyFigures, expectations }: Pick<RunResult, 'keyFigures' | 'expectations'>,
): Pick<EnsembleMember, 'values' | 'figures' | 'met'> {
  return {
    values: drawn.map((value, d) => (value - varied[d]!.offset) / varied[d]!.factor),
    figures: keyFigures.map(({ value }) => (Number.isFinite(value) ? value : null)),
    met: expectations.map(({ met }) => met),
  };
}

function planOf(plan: RunPlan, varied: readonly Varied[], drawn: readonly number[], seed: number): RunPlan {
  const { model, program } = plan.compiled;
  const parameters = [...model.parameters];
  varied.forEach(({ slot }, d) => {
    parameters[slot] = { ...parameters[slot]!, value: drawn[d]! };
  });
  return { ...plan, title: { ...plan.title, seed }, compiled: { program, model: { ...model, parameters } } };
}

/** Columns between their samples, by straight lines; nothing is carried beyond the last sample. */
export function onGrid(timeH: Float64Array, columns: readonly Float64Array[], gridH: Float64Array): Float32Array {
  const out = new Float32Array(columns.length * gridH.length).fill(Number.NaN);
  let before = 0;
  gridH.forEach((time, g) => {
    if (time > timeH.at(-1)! + 1e-9) return;
    while (before + 1 < timeH.length && timeH[before + 1]! <= time) before++;
    const after = Math.min(before + 1, timeH.length - 1);
    const span = timeH[after]! - timeH[before]!;
    const share = span > 0 ? Math.min(1, (time - timeH[before]!) / span) : 0;
    columns.forEach((values, c) => {
      out[c * gridH.length + g] =
        share === 0 ? values[before]! : values[before]! + share * (values[after]! - values[before]!);
    });
  });
  return out;
}
