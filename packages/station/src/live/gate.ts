import { alarmStates, type Change, type LiveRun, loopModes, type Target } from '@fedbatch/runtime';
import {
  type Command,
  type FaultRequest,
  fromBase,
  mayAct,
  type Person,
  Problems,
  parseQuantity,
  parseUnit,
  type Refusal,
  type Role,
  sameDimension,
  toBase,
  UnitError,
} from '@fedbatch/vocabulary';
import { planFault } from '../scenario/instruments/plan-fault.ts';
import { subjectOf } from './command-record.ts';

/** Why a command cannot be: a word for machines, a sentence for people. */
export interface Refused {
  readonly refusal: Refusal;
  readonly says: string;
}

/** A command that may be carried out: what the plant is to be told, if anything, and the value before. */
export interface Passed {
  readonly changes: readonly Change[];
  readonly subject: string;
  readonly old?: number | string;
  readonly unit?: string;
}

export const isRefused = (verdict: Passed | Refused): verdict is Refused => 'refusal' in verdict;

const leastRoles: Readonly<Record<Exclude<Command['kind'], 'write'>, Role>> = {
  recipe: 'operator',
  alarm: 'operator',
  step: 'operator',
  advice: 'operator',
  job: 'operator',
  maintain: 'operator',
  inject: 'engineer',
  clear: 'engineer',
  simulate: 'engineer',
  clock: 'engineer',
  guard: 'engineer',
};

/**
 * Decides on a command: role, then what it names, type, unit, limits, mode, interlock. It reads the plant and changes nothing; whoever asks writes
 * down what comes out, either way.
 */
export function judge(live: LiveRun, person: Person, command: Command): Passed | Refused {
  const least = command.kind === 'write' ? (tagOf(live, command.tag)?.writes ?? 'operator') : leastRoles[command.kind];
  if (!mayAct(person.role, least))
    return {
      refusal: 'role',
      says: `\`${person.name}\` is ${article(person.role)}, and this needs ${article(least)}. Log in as somebody who is.`,
    };
  switch (command.kind) {
    case 'write':
      return judgeWrite(live, command);
    case 'step':
      return judgeStep(live, command);
    case 'recipe':
      return live.ended
        ? { refusal: 'state', says: 'The recipe has ended. Reset the plant to start it anew.' }
        : { changes: [{ kind: 'recipe', action: command.action }], subject: 'recipe' };
    case 'inject':
      return judgeFault(live, command.fault);
    case 'clear':
      return faultIds(live).includes(command.fault)
        ? { changes: [{ kind: 'clear', fault: command.fault }], subject: command.fault }
        : {
            refusal: 'unknown',
            says: `There is no fault \`${command.fault}\`. Faults are ${faultIds(live).join(', ') || 'none'}.`,
          };
    case 'simulate':
      return judgeSimulation(live, command);
    case 'maintain':
      return judgeMaintenance(live, command);
    case 'alarm':
      return judgeAlarm(live, command);
    case 'advice':
      return judgeAdvice(live, command);
    case 'guard':
      return live.run.seam().guard()
        ? { changes: [command], subject: 'feed', old: live.run.seam().guard()!.mode }
        : noGuard;
    case 'job':
      return { changes: [], subject: subjectOf(command) };
    case 'clock':
      return { changes: [], subject: 'clock' };
  }
}

const noGuard: Refused = {
  refusal: 'state',
  says: 'Nothing proposes a feed in this phase. Give it `strategy: adaptive` or `predictive`, or wait for the phase that has it.',
};

/** Commands that say nothing without a reason. */
export const needsReason = (command: Command): boolean => command.kind === 'advice' || command.kind === 'guard';

function judgeAdvice(live: LiveRun, command: Command & { kind: 'advice' }): Passed | Refused {
  const guard = live.run.seam().guard();
  if (!guard) return noGuard;
  if (guard.mode !== 'advise')
    return {
      refusal: 'mode',
      says: `The guard is in the mode ${guard.mode}, and asks nobody. Set its mode to advise first.`,
    };
  const { lowLPerH, highLPerH } = guard.envelope;
  if (command.answer === 'override' && !(command.rateLPerH >= lowLPerH && command.rateLPerH <= highLPerH))
    return {
      refusal: 'limits',
      says: `A feed of ${command.rateLPerH} L/h lies outside the envelope of ${lowLPerH} to ${highLPerH} L/h. Choose one inside it.`,
    };
  return { changes: [command], subject: 'feed' };
}

const article = (role: Role): string => (/^[aeo]/.test(role) ? `an ${role}` : `a ${role}`);

const tagOf = (live: LiveRun, id: string) => live.table.tags[live.table.slotOf(id)];

function judgeWrite(live: LiveRun, { tag: id, value, unit }: Command & { kind: 'write' }): Passed | Refused {
  const tag = tagOf(live, id);
  const slot = live.table.slotOf(id);
  if (!tag)
    return { refusal: 'unknown', says: `There is no tag \`${id.slice(0, 80)}\`. Browse the plant for its tags.` };
  const target = live.table.target(slot);
  if (!tag.writes || !target)
    return { refusal: 'role', says: `\`${id}\` can only be read. Write what ends in .setpoint or .mode.` };
  const number = tag.type === 'choice' ? choiceOf(tag.choices ?? [], value) : value;
  if (typeof number !== 'number')
    return {
      refusal: 'type',
      says:
        tag.type === 'choice'
          ? `\`${id}\` is ${tag.choices!.map((word, i) => `${i} (${word})`).join(' or ')}, not ${String(value).slice(0, 40)}.`
          : `\`${id}\` is a number, not \`${String(value).slice(0, 40)}\`.`,
    };
  const converted = tag.type === 'choice' || unit === undefined ? number : inUnit(number, unit, tag.unit);
  if (converted === undefined)
    return {
      refusal: 'unit',
      says: `\`${id}\` is in ${tag.unit}, and this value is in ${unit!.slice(0, 40)}. Write it in ${tag.unit}.`,
    };
  if (!Number.isFinite(converted))
    return {
      refusal: 'limits',
      says: `${converted} for \`${id}\` is no finite number. Write one from ${tag.low} to ${tag.high} ${tag.unit}.`,
    };
  if (converted < tag.low || converted > tag.high)
    return {
      refusal: 'limits',
      says: `${converted} ${tag.unit} for \`${id}\` lies outside ${tag.low} to ${tag.high} ${tag.unit}. Write a value between them.`,
    };
  if (live.ended) return { refusal: 'state', says: 'The recipe has ended. Reset the plant to start it anew.' };
  if (target.kind === 'input') {
    const mode = live.mailbox.pending(target.mode) ?? live.table.values[live.table.slotOf(target.mode)]!;
    if (mode === 0)
      return {
        refusal: 'mode',
        says: `\`${id}\` is moved by control: \`${target.mode}\` is automatic. Write ${target.mode} = manual first.`,
      };
    const held = live.run.seam().forced[target.slot]!;
    if (!Number.isNaN(held))
      return {
        refusal: 'state',
        says: `An interlock holds \`${id}\` at ${fromBase(held, target.unit)} ${tag.unit}. Remove its cause first.`,
      };
  }
  const hindrance = hindranceOf(live, target, converted);
  if (hindrance) return hindrance;
  const old = tag.type === 'choice' ? tag.choices![live.table.values[slot]!]! : live.table.values[slot]!;
  return {
    changes: [{ kind: 'write', tag: id, value: converted }],
    subject: id,
    unit: tag.unit,
    ...((typeof old === 'string' || Number.isFinite(old)) && { old }),
  };
}

/** What the other loops, or an experiment, have against a write to a loop. */
function hindranceOf(live: LiveRun, target: Target, value: number): Refused | undefined {
  const { loops, remote } = live.run.seam();
  if (target.kind === 'setpoint' && loops.isLed(target.loop)) {
    const word = live.mailbox.pending(target.mode);
    if (word === undefined || loopModes[word] === 'cascade')
      return {
        refusal: 'mode',
        says: `Its master gives this set point: \`${target.mode}\` is cascade. Write ${target.mode} = automatic first.`,
      };
  }
  if (target.kind === 'loop mode' && loopModes[value] === 'remote' && !remote)
    return {
      refusal: 'mode',
      says: 'The scenario lets no foreign controller in. Add `remote: { answers within: 1 min }` to it.',
    };
  const hinders = target.kind === 'tuning' && value === 1 ? loops.whyNotTuned(target.loop) : undefined;
  return hinders === undefined
    ? undefined
    : { refusal: 'state', says: `The loop cannot be tuned now. ${hinders} Let it act in automatic or cascade first.` };
}

/** The place of a choice, given by its word or its number. */
function choiceOf(choices: readonly string[], value: number | string): number | undefined {
  const place = typeof value === 'string' ? choices.indexOf(value) : value;
  return Number.isInteger(place) && place >= 0 && place < choices.length ? place : undefined;
}

function inUnit(value: number, from: string, to: string): number | undefined {
  if (from === to) return value;
  try {
    const [given, wanted] = [parseUnit(from), parseUnit(to)];
    if (!sameDimension(given.dimension, wanted.dimension)) return undefined;
    return fromBase(toBase(value, given), wanted);
  } catch (error) {
    if (error instanceof UnitError) return undefined;
    throw error;
  }
}

/** Longest step that one call may ask for, s of plant time: the next caller waits as long as it takes. */
const longestStepS = 24 * 3600;

function judgeStep(live: LiveRun, { dtS, writes }: Command & { kind: 'step' }): Passed | Refused {
  const scanS = live.plan.scanH * 3600;
  const scans = Math.round(dtS / scanS);
  if (!Number.isFinite(dtS) || scans < 1 || Math.abs(scans * scanS - dtS) > 1e-6 * scanS || dtS > longestStepS)
    return {
      refusal: 'limits',
      says: `A step of ${dtS} s is not a whole number of scans of ${Number(scanS.toPrecision(6))} s, up to ${longestStepS} s. Choose a multiple.`,
    };
  if (live.ended) return { refusal: 'state', says: 'The recipe has ended. Reset the plant to start it anew.' };
  const changes: Change[] = [];
  for (const { tag, value } of writes) {
    const verdict = judgeWrite(live, { kind: 'write', tag, value });
    if (isRefused(verdict)) return verdict;
    changes.push(...verdict.changes);
  }
  return { changes, subject: 'clock' };
}

function judgeSimulation(live: LiveRun, { sensor, value }: Command & { kind: 'simulate' }): Passed | Refused {
  const tag = tagOf(live, `${sensor}.measured`);
  if (tag?.from !== 'sensor')
    return { refusal: 'unknown', says: `There is no sensor \`${sensor.slice(0, 80)}\` to simulate.` };
  if (value !== null && !(value >= tag.low && value <= tag.high))
    return {
      refusal: 'limits',
      says: `${value} ${tag.unit} is nothing that \`${sensor}\` can show: it spans ${tag.low} to ${tag.high} ${tag.unit}.`,
    };
  if (value === null) return { changes: [{ kind: 'simulate', sensor, value }], subject: sensor, unit: tag.unit };
  const output = live.plan.outputs.find(({ id }) => id === sensor)!;
  return {
    changes: [{ kind: 'simulate', sensor, value: toBase(value, output.unit) }],
    subject: sensor,
    unit: tag.unit,
  };
}

/** What is finished renews what was worn; the rest of a task changes the record, and nothing of the plant. */
function judgeMaintenance(live: LiveRun, { actuator, action }: Command & { kind: 'maintain' }): Passed | Refused {
  const worn = (live.plan.equipment?.actuators ?? []).filter(({ wear }) => wear > 0).map(({ tag }) => tag);
  if (!worn.includes(actuator))
    return {
      refusal: 'unknown',
      says: `There is no actuator \`${actuator.slice(0, 80)}\` that wears. Those that do are ${worn.join(', ') || 'none'}.`,
    };
  return { changes: action === 'finish' ? [{ kind: 'maintain', actuator }] : [], subject: `maintenance.${actuator}` };
}

function judgeAlarm(live: LiveRun, { alarm, action, forH }: Command & { kind: 'alarm' }): Passed | Refused {
  const known = (live.plan.alarms ?? []).map(({ name }) => name);
  if (!known.includes(alarm))
    return {
      refusal: 'unknown',
      says: `There is no alarm \`${alarm.slice(0, 80)}\`. Alarms are ${known.join(', ') || 'none'}.`,
    };
  if (action === 'shelve' && !(forH !== undefined && forH > 0 && forH <= 24))
    return { refusal: 'limits', says: `An alarm is shelved for a time above 0 up to 24 h, not for ${forH} h.` };
  const subject = `alarm.${alarm}`;
  const old = alarmStates[live.table.values[live.table.slotOf(`${subject}.state`)]!]!;
  // To confirm and to comment change the record, and nothing of the plant.
  const changes: Change[] =
    action === 'confirm' || action === 'comment'
      ? []
      : [{ kind: 'alarm', alarm, action, ...(forH !== undefined && { forH }) }];
  return { changes, subject, old };
}

export const faultIds = (live: LiveRun): string[] => [
  ...live.plan.equipment!.faults.map(({ id }) => id),
  ...live.injected.map(({ id }) => id),
];

function judgeFault(live: LiveRun, request: FaultRequest): Passed | Refused {
  const problems = new Problems();
  const place = { file: 'fault', line: 1, column: 1 };
  const hours = (value: number) => ({ value: { value, unit: parseUnit('h'), base: value }, place });
  const times = [request.afterH, request.forH, request.riseH, request.periodH];
  if (times.some((time) => time !== undefined && !Number.isFinite(time)))
    return { refusal: 'type', says: 'A time of the fault is no finite number. Leave it out for none.' };
  try {
    const fault = planFault(
      live.plan,
      {
        place,
        kind: { value: request.kind, place },
        on: { value: request.on, place },
        from: hours(live.timeH + (request.afterH ?? 0)),
        ...(request.with !== undefined && { with: { value: request.with, place } }),
        ...(request.size !== undefined && { size: { value: parseQuantity(request.size), place } }),
        ...(request.change !== undefined && { change: { value: request.change, place } }),
        ...(request.forH !== undefined && { for: hours(request.forH) }),
        ...(request.riseH !== undefined && { rise: hours(request.riseH) }),
        ...(request.periodH !== undefined && { period: hours(request.periodH) }),
      },
      faultIds(live).length,
      problems,
    );
    if (fault) return { changes: [{ kind: 'inject', fault }], subject: fault.id };
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    return { refusal: 'unit', says: `The size \`${request.size?.slice(0, 40)}\` is no quantity: ${error.message}` };
  }
  const { says, remedy, code } = problems.errors[0]!;
  return {
    refusal: code === 'MODEL_UNIT_CLASH' ? 'unit' : code === 'STATION_NAME_UNKNOWN' ? 'unknown' : 'limits',
    says: `${says} ${remedy}`,
  };
}
