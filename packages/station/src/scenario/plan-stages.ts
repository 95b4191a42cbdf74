import { type LoopStage, SwitchedStage, type Switching } from '@fedbatch/control';
import type { Located, ParameterInfo } from '@fedbatch/model';
import type { LoopTarget } from '@fedbatch/runtime';
import { didYouMean, fromBase, isDimensionless, type Problems, type Quantity, type Unit } from '@fedbatch/vocabulary';
import type { LoopSource } from './plan-loops.ts';
import { isBand, unitFits } from './quantity-checks.ts';
import type { ScenarioValue } from './scenario-file.ts';
import type { LoopValue } from './shapes/loop.ts';

export type StageValue = NonNullable<LoopValue['raise by']>[number];

/** What a stage drives, and from where to where. */
export interface PlannedStage {
  readonly target: LoopTarget;
  readonly limits: LoopStage;
}

/** A stage of a loop, resolved; undefined after a problem was reported. `driven`: inputs that have a driver, with its name. */
export function planStage(
  source: LoopSource,
  loop: string,
  stage: StageValue,
  measured: Unit | undefined,
  driven: Map<string, string>,
): PlannedStage | undefined {
  const { input, loop: slave, share, place } = stage;
  const named = [input && 'an input', slave && 'a loop', share && 'a share of the feed'].filter(Boolean);
  if (named.length === 1 && input) return planInputStage(source, loop, { ...stage, input }, measured, driven);
  if (named.length === 1 && slave) return planSlaveStage(source, loop, { ...stage, loop: slave }, measured);
  if (named.length === 1) return planShareStage(source, loop, stage, measured);
  return source.problems.error(
    'STATION_LOOP_STAGES',
    place,
    `A stage of the loop \`${loop}\` drives ${named.join(' and ') || 'nothing'}.`,
    'Write one of `input: stirrer`, in a cascade `loop: jacket`, and `share: feed`.',
  );
}

/** A stage that takes from the feed of whatever strategy feeds, and gives it back. */
function planShareStage(
  { problems }: LoopSource,
  loop: string,
  stage: StageValue,
  measured: Unit | undefined,
): PlannedStage | undefined {
  const { from, to, band } = stage;
  const isShare = [from, to].every(
    ({ value }) => isDimensionless(value.unit.dimension) && value.base >= 0 && value.base <= 1,
  );
  if (!isShare || from.value.base !== 1)
    return problems.error(
      'STATION_LOOP_STAGES',
      stage.place,
      `A share of the feed in the loop \`${loop}\` goes from ${from.value.value} to ${to.value.value} ${to.value.unit.text}.`,
      'Write `{ share: feed, from: 100 %, to: 20 % }`: at rest all of it is fed.',
    );
  const isBandSound = !band || !measured || isBand(band, measured, `The band of a stage of \`${loop}\``, problems);
  if (!isBandSound || !canMove(stage, 'feed', loop, problems) || !isUnswitched(stage, loop, problems)) return undefined;
  return {
    target: { share: 'feed' },
    limits: { from: 1, to: to.value.base, ...(band && { band: band.value.base }) },
  };
}

function isUnswitched(stage: StageValue, loop: string, problems: Problems): boolean {
  if (!stage.pulse && !stage['shortest pulse'] && !stage['on off']) return true;
  problems.error(
    'STATION_LOOP_STAGES',
    stage.place,
    `A stage of the loop \`${loop}\` moves a number, and a number is not switched: it drives no actuator itself.`,
    'Switch stages that have an `input`.',
  );
  return false;
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
  if (!isUnswitched(stage, loop, problems)) return undefined;
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
