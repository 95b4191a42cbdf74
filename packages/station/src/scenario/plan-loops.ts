import { GainSchedule, type LoopStage, SwitchedStage, type Switching } from '@fedbatch/control';
import type { CompiledModel, Located, ParameterInfo } from '@fedbatch/model';
import { fromTheTop, type LoopPlan, type LoopTarget, type PhasePlan } from '@fedbatch/runtime';
import { didYouMean, fromBase, type Problems, type Quantity, type Unit } from '@fedbatch/vocabulary';
import type { NameTable } from './name-table.ts';
import { planTuning } from './plan-tuning.ts';
import { isBand, unitFits } from './quantity-checks.ts';
import type { LoopValue, PhaseValue, ScenarioValue } from './scenario-file.ts';

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
  loops: readonly LoopPlan[],
  source: LoopSource,
): NonNullable<PhasePlan['setpoints']> {
  return [...(hold ?? [])].flatMap(([name, quantity]) => {
    const loop = loops.findIndex((plan) => plan.name === name);
    const value = source.scenario.control?.get(name);
    if (loop < 0 || !value) {
      const names = loops.map((plan) => plan.name);
      source.problems.error(
        'STATION_NAME_UNKNOWN',
        quantity.place ?? place,
        `There is no loop \`${name}\`.${didYouMean(name, names)}`,
        names.length > 0 ? `Loops are ${names.join(', ')}.` : 'Declare it under `control`.',
      );
      return [];
    }
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
  problems: Problems,
): number | undefined {
  if (!tune) return undefined;
  const loop = loops.findIndex(({ name }) => name === tune.value);
  if (loop >= 0) return loop;
  const names = loops.map(({ name }) => name);
  return problems.error(
    'STATION_NAME_UNKNOWN',
    tune.place,
    `The phase \`${phase}\` is to tune \`${tune.value}\`, which is no loop.${didYouMean(tune.value, names)}`,
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

type StageValue = NonNullable<LoopValue['raise by']>[number];

interface PlannedStage {
  readonly target: LoopTarget;
  readonly limits: LoopStage;
}

function planStage(
  source: LoopSource,
  loop: string,
  stage: StageValue,
  measured: Unit | undefined,
  driven: Map<string, string>,
): PlannedStage | undefined {
  const { input, loop: slave, place } = stage;
  if (input && !slave) return planInputStage(source, loop, { ...stage, input }, measured, driven);
  if (slave && !input) return planSlaveStage(source, loop, { ...stage, loop: slave }, measured);
  return source.problems.error(
    'STATION_LOOP_STAGES',
    place,
    `A stage of the loop \`${loop}\` drives ${input ? 'an input and a loop' : 'nothing'}.`,
    'Write `input: stirrer`, or, in a cascade, `loop: jacket`.',
  );
}

/** A stage of a cascade: it gives another loop its set point. */
function planSlaveStage(
  { scenario, names, problems }: LoopSource,
  loop: string,
  stage: StageValue & { readonly loop: Located<string> },
  measured: Unit | undefined,
): PlannedStage | undefined {
  const { from, to, band } = stage;
  const slave = scenario.control?.get(stage.loop.value);
  if (!slave) {
    const others = [...scenario.control!.keys()].filter((name) => name !== loop);
    return problems.error(
      'STATION_NAME_UNKNOWN',
      stage.loop.place,
      `There is no loop \`${stage.loop.value}\`.${didYouMean(stage.loop.value, others)}`,
      others.length > 0 ? `Other loops are ${others.join(', ')}.` : 'Declare it under `control`.',
    );
  }
  const held = names.look(slave.hold.value);
  if (!held) return undefined;
  const sound =
    [from, to].every((end) => unitFits(end, held.unit, `A stage of \`${loop}\``, problems)) &&
    (!band || !measured || isBand(band, measured, `The band of a stage of \`${loop}\``, problems)) &&
    canMove(stage, stage.loop.value, loop, problems);
  if (!sound) return undefined;
  if (stage.pulse || stage['shortest pulse'] || stage['on off'])
    return problems.error(
      'STATION_LOOP_STAGES',
      stage.place,
      `A stage of the loop \`${loop}\` gives \`${stage.loop.value}\` its set point, and a set point is not switched.`,
      'Switch the stages of the slave.',
    );
  return {
    target: { loop: stage.loop.value },
    limits: { from: from.value.base, to: to.value.base, ...(band && { band: band.value.base }) },
  };
}

function canMove({ from, to }: StageValue, target: string, loop: string, problems: Problems): boolean {
  if (from.value.base !== to.value.base) return true;
  problems.error(
    'STATION_LOOP_STAGES',
    to.place,
    `The stage \`${target}\` of the loop \`${loop}\` goes from ${from.value.value} to ${to.value.value} ${to.value.unit.text}: it cannot move.`,
    'Give it two ends.',
  );
  return false;
}

function planInputStage(
  { compiled, scenario, phases, problems }: LoopSource,
  loop: string,
  stage: StageValue & { readonly input: Located<string> },
  measured: Unit | undefined,
  driven: Map<string, string>,
): PlannedStage | undefined {
  const { input, from, to, band } = stage;
  const inputs = compiled.model.parameters.filter(({ kind }) => kind === 'input');
  const info = inputs.find(({ id }) => id === input.value) ?? inputs.find(({ id }) => id.endsWith(`.${input.value}`));
  if (!info) {
    const ids = inputs.map(({ id }) => id);
    return problems.error(
      'STATION_NAME_UNKNOWN',
      input.place,
      `There is no input \`${input.value}\`.${didYouMean(
        input.value,
        ids.map((id) => id.slice(id.indexOf('.') + 1)),
      )}`,
      `Inputs are ${ids.join(', ')}.`,
    );
  }
  const other = driven.get(info.id) ?? otherDriver(info, phases, scenario);
  if (other)
    return problems.error(
      'STATION_LOOP_INPUT',
      input.place,
      `The input \`${info.id}\` is driven by the loop \`${loop}\` and by ${other}.`,
      'An input has one driver: leave one of them out.',
    );
  driven.set(info.id, `the loop \`${loop}\``);
  const sound =
    [from, to].every(
      (end) => unitFits(end, info.unit, `A stage of \`${loop}\``, problems) && inRange(end, info, problems),
    ) &&
    (!band || !measured || isBand(band, measured, `The band of a stage of \`${loop}\``, problems));
  if (!sound || !canMove(stage, info.id, loop, problems)) return undefined;
  const switching = switchingOf(stage, loop, problems);
  if (switching === 'refused') return undefined;
  return {
    target: { input: info.id },
    limits: {
      from: from.value.base,
      to: to.value.base,
      ...(band && { band: band.value.base }),
      ...(switching && { switching }),
    },
  };
}

/** How a stage is switched that knows only off and on. */
function switchingOf(stage: StageValue, loop: string, problems: Problems): Switching | undefined | 'refused' {
  const { pulse, 'shortest pulse': shortest, 'on off': onOff, place } = stage;
  if (!pulse && !shortest && !onOff) return undefined;
  if ((pulse || shortest) && onOff) {
    problems.error(
      'STATION_LOOP_STAGES',
      place,
      `A stage of the loop \`${loop}\` is to pulse and to switch on and off.`,
      'Keep `pulse` or `on off`.',
    );
    return 'refused';
  }
  const switching: Switching = onOff
    ? { kind: 'on-off', hysteresis: onOff.value.base }
    : { kind: 'pulse', periodH: pulse?.value.base ?? 0, shortestH: shortest?.value.base ?? 0 };
  try {
    new SwitchedStage(switching);
    return switching;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.error(
      'STATION_LOOP_STAGES',
      place,
      `A stage of the loop \`${loop}\` cannot be switched. ${error.message}`,
      'Write for example `pulse: 10 s, shortest pulse: 1 s`, or `on off: 20 %`.',
    );
    return 'refused';
  }
}

/** A recipe that sets or feeds an input would fight the loop for it. */
function otherDriver({ id }: ParameterInfo, phases: LoopSource['phases'], scenario: ScenarioValue): string | undefined {
  const means = (name: string): boolean => id === name || id.endsWith(`.${name}`);
  const setting = phases.find(({ value }) => [...(value.set?.keys() ?? [])].some(means));
  if (setting) return `\`set\` of the phase \`${setting.name}\``;
  const feeding = phases.find(({ value }) => value.feed && means(value.feed.input?.value ?? 'feedRate'));
  const during = [...(scenario.control ?? [])].find(([, loop]) =>
    loop['raise by']?.some((stage) => stage.input !== undefined && means(stage.input.value)),
  )?.[1]?.during;
  // A loop may feed in other phases than a strategy does.
  if (feeding && (!during || during.some(({ value }) => value === feeding.name)))
    return `the feed of the phase \`${feeding.name}\``;
  return undefined;
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

function inRange({ value, place }: Located<Quantity>, { id, unit, range }: ParameterInfo, problems: Problems): boolean {
  if (!range || (value.base >= range.low && value.base <= range.high)) return true;
  problems.error(
    'MODEL_INPUT_RANGE',
    place,
    `The input \`${id}\` = ${value.value} ${value.unit.text} lies outside its limits.`,
    `Choose a value from ${fromBase(range.low, unit)} to ${fromBase(range.high, unit)} ${unit.text}.`,
  );
  return false;
}
