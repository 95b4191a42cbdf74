import { emitLanes, Instance } from '@fedbatch/model';
import { rodas5p } from '@fedbatch/numerics';
import { type LaneProgram, type LaneRun, laneOutcome, laneProgram } from '@fedbatch/numerics/lanes';
import { absoluteTolerances } from '@fedbatch/plant';
import { judgeKnownRun, type PhaseSpan, type RunPlan, recipeEnded } from '@fedbatch/runtime';
import { fromBase } from '@fedbatch/vocabulary';
import type { Design } from './design.ts';
import type { LanePool } from './lane-pool.ts';
import { drawnFor, ensembleChannels, judged, type MemberRun, onGrid } from './member.ts';
import type { Varied } from './varied.ts';

/** More scans than this leave lanes no room for steps of their own. */
const scanLimit = 5000;
/** A larger model takes longer to compile than most ensembles to run. */
const stateLimit = 400;
/** Members of a group, so that progress shows, and numbers that are kept of one: 256 MiB. */
const groupLimit = 4096;
const groupNumbers = 2 ** 25;

/**
 * Why the members of a plan cannot be integrated in lanes, as the end of a sentence; undefined: they can. Lanes carry equations with their events; what
 * acts from outside at scans is the single plant's.
 */
export function whyNotInLanes(plan: RunPlan): string | undefined {
  const { phases, scanH, compiled } = plan;
  const { length: states } = compiled.model.states;
  if (states > stateLimit) return `${states} states are more than the ${stateLimit} that lanes are compiled for`;
  const fed = phases.find(({ feed }) => feed);
  if (fed) return `the feed strategy of phase ${fed.name} acts at every scan`;
  if (plan.loops?.length) return 'base loops act at every scan';
  if (plan.equipment) return 'instruments act at every scan';
  if (plan.alarms?.length) return 'alarms look at every scan';
  if (plan.passing) return 'the recipe does something between its phases';
  const open = phases.find(({ forH, until, detect, atMostH, hold, set, setpoints }) => {
    return (
      forH === undefined || until || detect || atMostH !== undefined || hold || set.length > 0 || setpoints?.length
    );
  });
  if (open) return `phase ${open.name} does more than last for a time`;
  if (plan.references?.length) return 'the scenario compares with data';
  const sources = [...plan.figures, ...plan.expectations.map(({ figure }) => figure)];
  if (sources.some(({ source }) => source.kind === 'balance'))
    return 'balances are audited, and lanes carry no ledgers';
  const scans = Math.ceil(totalOf(plan) / scanH);
  if (!(scans > 0)) return 'the run takes no time';
  return scans > scanLimit ? `${scans} scans are more than the ${scanLimit} that leave room for steps` : undefined;
}

/** Integrates members of one ensemble in lanes: the same members as `runMember`, to the tolerance of the plan. */
export class LaneMembers {
  readonly #plan: RunPlan;
  readonly #varied: readonly Varied[];
  readonly #design: Design;
  readonly #gridH: Float64Array;
  readonly #pool: LanePool;
  readonly #program: LaneProgram;
  readonly #states: readonly number[];
  /** What is saved: indices of the model's outputs, and for each channel of the ensemble its place among them. */
  readonly #outputs: readonly number[];
  readonly #channels: readonly number[];
  readonly #rowTimes: Float64Array;
  readonly #phases: readonly PhaseSpan[];
  readonly #plant: Instance;

  constructor(plan: RunPlan, varied: readonly Varied[], design: Design, gridH: Float64Array, pool: LanePool) {
    const { model } = plan.compiled;
    const indexOf = (id: string): number => model.outputs.findIndex((output) => output.id === id);
    const sources = [...plan.figures, ...plan.expectations.map(({ figure }) => figure)].map(({ source }) => source);
    const shown = ensembleChannels(plan).map((channel) => indexOf(plan.channels[channel]!.output));
    const measured = sources.flatMap((source) => (source.kind === 'output' ? [indexOf(source.output)] : []));
    this.#plan = plan;
    this.#varied = varied;
    this.#design = design;
    this.#gridH = gridH;
    this.#pool = pool;
    this.#outputs = [...new Set([...shown, ...measured])];
    this.#channels = shown.map((index) => this.#outputs.indexOf(index));
    const { system, states } = emitLanes(model, this.#outputs);
    this.#program = laneProgram(system, rodas5p);
    this.#states = states;
    this.#rowTimes = scanTimes(plan);
    this.#phases = spansOf(plan);
    this.#plant = new Instance(plan.compiled);
  }

  /** Runs members in groups and tells of each group; returns those that lanes could not bring to the end. */
  async run(
    indices: readonly number[],
    signal: AbortSignal,
    onMembers: (runs: readonly MemberRun[]) => void,
  ): Promise<number[]> {
    const fitting = Math.floor(groupNumbers / (this.#rowTimes.length * this.#outputs.length));
    const size = Math.min(groupLimit, Math.max(64, fitting));
    const stuck: number[] = [];
    for (let from = 0; from < indices.length && !signal.aborted; from += size) {
      const group = indices.slice(from, from + size);
      const drawn = group.map((index) => drawnFor(this.#varied, this.#design, index));
      const run = await this.#integrate(drawn, signal);
      const { outcomes } = run;
      stuck.push(...group.filter((_, b) => outcomes[b] === laneOutcome.stuck));
      onMembers(
        group.flatMap((index, b) =>
          outcomes[b] === laneOutcome.done ? [this.#member(index, drawn[b]!, run, b, group.length)] : [],
        ),
      );
    }
    return stuck;
  }

  #integrate(drawn: readonly (readonly number[])[], signal: AbortSignal): Promise<LaneRun> {
    const { compiled, relativeTolerance } = this.#plan;
    const { model } = compiled;
    const absolute = absoluteTolerances(model, relativeTolerance);
    return this.#pool.run(
      this.#program,
      {
        count: drawn.length,
        parameters: model.parameters.map(({ value }) => value),
        variedSlots: this.#varied.map(({ slot }) => slot),
        varied: Float64Array.from(this.#varied.flatMap((_, d) => drawn.map((values) => values[d]!))),
        rowTimes: this.#rowTimes,
        relativeTolerance,
        absoluteTolerance: this.#states.map((slot) => absolute[slot]!),
      },
      signal,
    );
  }

  #member(index: number, drawn: readonly number[], { results }: LaneRun, b: number, count: number): MemberRun {
    const plan = this.#plan;
    const { outputs } = plan.compiled.model;
    const width = this.#outputs.length;
    const timeH = Float64Array.of(0, ...this.#rowTimes);
    const values = new Float64Array(timeH.length * width);
    values.set(this.#startRow(drawn));
    for (let i = width; i < values.length; i++) values[i] = results[(i - width) * count + b]!;
    const ids = this.#outputs.map((output) => outputs[output]!.id);
    const known = judgeKnownRun(plan, { outputs: ids, timeH, values, phases: this.#phases });
    const rows = [...timeH.keys()].filter((row) => row % plan.recordEvery === 0 || row === timeH.length - 1);
    const columns = this.#channels.map((place) => {
      const { unit } = outputs[this.#outputs[place]!]!;
      return Float64Array.from(rows, (row) => fromBase(values[row * width + place]!, unit));
    });
    const endH = timeH.at(-1)!;
    return {
      member: {
        index,
        outcome: { kind: 'complete', timeH: endH, says: recipeEnded(endH) },
        ...judged(this.#varied, drawn, known),
      },
      trajectories: onGrid(
        Float64Array.from(rows, (row) => timeH[row]!),
        columns,
        this.#gridH,
      ),
    };
  }

  /** What is saved, at the start. */
  #startRow(drawn: readonly number[]): Float64Array {
    const plant = this.#plant;
    const { model } = plant;
    model.parameters.forEach(({ value }, slot) => {
      plant.parameters[slot] = value;
    });
    this.#varied.forEach(({ slot }, d) => {
      plant.parameters[slot] = drawn[d]!;
    });
    const all = new Float64Array(model.outputs.length);
    plant.at(0).outputs(plant.startState(), all);
    return Float64Array.from(this.#outputs, (output) => all[output]!);
  }
}

const totalOf = ({ phases }: RunPlan): number => phases.reduce((sum, { forH }) => sum + (forH ?? Number.NaN), 0);

/** Ends of the scans, the last at the end of the recipe. */
function scanTimes(plan: RunPlan): Float64Array {
  const endH = totalOf(plan);
  const whole = Math.ceil((endH / plan.scanH) * (1 - 1e-12)) - 1;
  return Float64Array.from({ length: whole + 1 }, (_, scan) => (scan < whole ? (scan + 1) * plan.scanH : endH));
}

function spansOf({ phases }: RunPlan): PhaseSpan[] {
  let fromH = 0;
  return phases.map(({ name, forH }) => {
    const span = { name, fromH, toH: fromH + forH!, endedBy: `after ${forH} h` };
    fromH = span.toH;
    return span;
  });
}
