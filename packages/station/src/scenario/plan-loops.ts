import { GainSchedule } from '@fedbatch/control';
import type { CompiledModel, Located } from '@fedbatch/model';
import { fromTheTop, type LoopPlan, masterOf, type PhasePlan } from '@fedbatch/runtime';
import { didYouMean, type Place, type Problems, type Quantity } from '@fedbatch/vocabulary';
import type { NameTable } from './name-table.ts';
import { planStage, type StageValue } from './plan-stages.ts';
import { planTuning } from './plan-tuning.ts';
import { isBand, unitFits } from './quantity-checks.ts';
import type { ScenarioValue } from './scenario-file.ts';
import type { LoopValue } from './shapes/loop.ts';
import type { PhaseValue } from './shapes/recipe.ts';

export interface LoopSource {
  readonly scenario: ScenarioValue;
  readonly compiled: CompiledModel;
  readonly names: NameTable;
  readonly phases: readonly { readonly name: string; readonly value: PhaseValue }[];
  readonly problems: Problems;
}

/** The loops of a scenario, resolved; those with problems are left out, and the problems reported. */
export function planLoops(source: LoopSource): LoopPlan[] {
  const driven = new Map<string, string>();
  const { control } = source.scenario;
  const loops = [...(control ?? [])].flatMap(([name, value]) => planLoop(source, name, value, driven) ?? []);
  // A slave that was left out has its own problem.
  if (loops.length === (control?.size ?? 0)) checkCascades(source, loops);
  return loops;
}

function checkCascades({ scenario, problems }: LoopSource, loops: readonly LoopPlan[]): void {
  try {
    fromTheTop(loops);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const leading = [...scenario.control!.values()].find((loop) => stagesOf(loop).some((stage) => stage.loop));
    problems.error(
      'STATION_LOOP_CASCADE',
      leading!.place,
      error.message,
      'A loop has one master, and none above that one.',
    );
  }
}

const stagesOf = (loop: LoopValue): StageValue[] => [...(loop['raise by'] ?? []), ...(loop['lower by'] ?? [])];

/** Set points that a phase changes, by loop. */
export function planSetpoints(
  { hold, place }: PhaseValue,
  phase: string,
  loops: readonly LoopPlan[],
  source: LoopSource,
): NonNullable<PhasePlan['setpoints']> {
  return [...(hold ?? [])].flatMap(([name, quantity]) => {
    const loop = loops.findIndex((plan) => plan.name === name);
    const value = source.scenario.control?.get(name);
    if (!value) {
      unknownLoop(source, name, quantity.place ?? place, `There is no loop \`${name}\`.`);
      return [];
    }
    if (loop < 0) return [];
    const master = loops[masterOf(loops, loop)];
    if (master && (master.during?.includes(phase) ?? true))
      source.problems.error(
        'STATION_LOOP_LED',
        quantity.place ?? place,
        `In the phase \`${phase}\` the loop \`${master.name}\` gives \`${name}\` its set point, so that ${quantity.value.value} ${quantity.value.unit.text} would never be held.`,
        `Hold \`${master.name}\` instead, or keep it out of this phase by \`during\`.`,
      );
    const output = source.names.find(value.hold.value, value.hold);
    return output && unitFits(quantity, output.unit, `The set point of \`${name}\``, source.problems)
      ? [{ loop, value: quantity.value.base }]
      : [];
  });
}

/** The loop that a phase tunes, by index. */
export function planTuned(
  { tune }: PhaseValue,
  phase: string,
  loops: readonly LoopPlan[],
  source: LoopSource,
): number | undefined {
  if (!tune) return undefined;
  const loop = loops.findIndex(({ name }) => name === tune.value);
  if (loop >= 0) return loop;
  // A loop that was left out has its own problem.
  if (source.scenario.control?.has(tune.value)) return undefined;
  return unknownLoop(
    source,
    tune.value,
    tune.place,
    `The phase \`${phase}\` is to tune \`${tune.value}\`, which is no loop.`,
  );
}

function unknownLoop({ scenario, problems }: LoopSource, name: string, place: Place, says: string): undefined {
  const names = [...(scenario.control?.keys() ?? [])];
  return problems.error(
    'STATION_NAME_UNKNOWN',
    place,
    `${says}${didYouMean(name, names)}`,
    names.length > 0 ? `Loops are ${names.join(', ')}.` : 'Declare it under `control`.',
  );
}

function planLoop(
  source: LoopSource,
  name: string,
  value: LoopValue,
  driven: Map<string, string>,
): LoopPlan | undefined {
  const { names, problems } = source;
  const output = names.find(value.hold.value, value.hold);
  const raise = (value['raise by'] ?? []).map((stage) => planStage(source, name, stage, output?.unit, driven));
  const lower = (value['lower by'] ?? []).map((stage) => planStage(source, name, stage, output?.unit, driven));
  if (raise.length + lower.length === 0)
    problems.error(
      'STATION_LOOP_STAGES',
      value.place,
      `The loop \`${name}\` drives nothing.`,
      'Add `raise by: [{ input: stirrer, from: 300 rpm, to: 1200 rpm }]`, or `lower by`.',
    );
  checkPhases(source, name, value);
  const gain = value['gain by'] && planGain(source, name, value['gain by']);
  if (value['gain by'] && !gain) return undefined;
  if (!output || raise.includes(undefined) || lower.includes(undefined)) return undefined;
  const fits = [
    unitFits(value.at, output.unit, `The set point of \`${name}\``, problems),
    isBand(value.band, output.unit, `The band of \`${name}\``, problems),
    value['dead band'] === undefined ||
      value['dead band'].value.base === 0 ||
      isBand(value['dead band'], output.unit, `The dead band of \`${name}\``, problems),
    isTime(value.reset, `The reset of \`${name}\``, problems),
    isTime(value.derivative, `The derivative of \`${name}\``, problems),
    isShare(value['set point weight'], name, problems),
  ];
  const tuning = planTuning(source, name, value, output.unit);
  if (fits.includes(false) || raise.length + lower.length === 0 || !tuning) return undefined;
  const quality = `${output.id}.quality`;
  const base = (quantity: Located<Quantity> | undefined): number | undefined => quantity?.value.base;
  return {
    name,
    output: output.id,
    ...(output.kind === 'measured' && { quality }),
    setpoint: value.at.value.base,
    ...(gain && { gain }),
    targets: [...raise, ...lower].map((stage) => stage!.target),
    tuning,
    ...(value.during && { during: value.during.map((phase) => phase.value) }),
    settings: {
      band: value.band.value.base,
      resetH: base(value.reset) ?? Number.POSITIVE_INFINITY,
      derivativeH: base(value.derivative) ?? 0,
      deadBand: base(value['dead band']) ?? 0,
      setpointWeight: base(value['set point weight']) ?? 1,
      switchH: base(value['switch after']) ?? 0,
      up: raise.map((stage) => stage!.limits),
      down: lower.map((stage) => stage!.limits),
    },
  };
}

/** What the gain of a loop is scheduled by; undefined after a problem was reported. */
function planGain(
  { names, problems }: LoopSource,
  loop: string,
  { signal, at, factor, place }: NonNullable<LoopValue['gain by']>,
): LoopPlan['gain'] {
  const output = names.find(signal.value, signal);
  if (
    !output ||
    at.some((value) => !unitFits(value, output.unit, `A value of the gain schedule of \`${loop}\``, problems))
  )
    return undefined;
  const points = { at: at.map(({ value }) => value.base), factor: factor.map(({ value }) => value.base) };
  try {
    new GainSchedule(points);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return problems.error(
      'STATION_LOOP_GAIN',
      place,
      `${error.message} It is that of \`${loop}\`.`,
      'Write for example `gain by: { signal: stirrer, at: [400 rpm, 1000 rpm], factor: [1, 0.4] }`.',
    );
  }
  return { ...points, output: output.id, ...(output.kind === 'measured' && { quality: `${output.id}.quality` }) };
}

function checkPhases({ phases, problems }: LoopSource, loop: string, { during }: LoopValue): void {
  for (const phase of during ?? []) {
    if (phases.some(({ name }) => name === phase.value)) continue;
    const names = phases.map(({ name }) => name);
    problems.error(
      'STATION_NAME_UNKNOWN',
      phase.place,
      `The loop \`${loop}\` is to act during \`${phase.value}\`, which is no phase.${didYouMean(phase.value, names)}`,
      `Phases are ${names.join(', ')}.`,
    );
  }
}

function isTime(quantity: Located<Quantity> | undefined, what: string, problems: Problems): boolean {
  if (!quantity || quantity.value.base > 0) return true;
  problems.error(
    'STATION_TIME_RANGE',
    quantity.place,
    `${what} is ${quantity.value.value} ${quantity.value.unit.text}; it must be above 0.`,
    'Leave it out for none.',
  );
  return false;
}

function isShare(quantity: Located<Quantity> | undefined, loop: string, problems: Problems): boolean {
  if (!quantity || (quantity.value.base >= 0 && quantity.value.base <= 1)) return true;
  problems.error(
    'STATION_LOOP_BAND',
    quantity.place,
    `The set point weight of \`${loop}\` is ${quantity.value.base}; it lies from 0 to 1.`,
    'Write 1 for the whole set point, 0 for none in the proportional part.',
  );
  return false;
}
