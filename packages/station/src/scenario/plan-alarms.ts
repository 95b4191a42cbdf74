import type { CompiledModel } from '@fedbatch/model';
import type { AlarmPlan, LoopPlan } from '@fedbatch/runtime';
import { type Problems, sameDimension } from '@fedbatch/vocabulary';
import { readLimit } from './limit-text.ts';
import type { NameTable } from './name-table.ts';
import { planInput } from './plan-inputs.ts';
import type { ScenarioValue } from './scenario-file.ts';
import type { AlarmValue } from './shapes/alarm.ts';

export interface AlarmSource {
  readonly scenario: ScenarioValue;
  readonly compiled: CompiledModel;
  readonly names: NameTable;
  readonly loops: readonly LoopPlan[];
  readonly problems: Problems;
}

/** The alarms of a scenario, resolved; those with problems are left out, and the problems reported. */
export function planAlarms(source: AlarmSource): AlarmPlan[] {
  return [...(source.scenario.alarms ?? [])].flatMap(([name, value]) => planAlarm(source, name, value) ?? []);
}

function planAlarm(
  { compiled, names, loops, problems }: AlarmSource,
  name: string,
  value: AlarmValue,
): AlarmPlan | undefined {
  const limit = readLimit(value.when, names, `the alarm \`${name}\``, problems, loops);
  const force = [...(value.force ?? [])].map(([input, quantity]) => {
    const planned = planInput(compiled.model, input, quantity, problems);
    return planned && { ...planned, says: `${input} held at ${quantity.value.value} ${quantity.value.unit.text}` };
  });
  if (!limit || force.includes(undefined)) return undefined;
  const { output } = limit;
  const band = value['dead band'];
  if (
    band &&
    (!sameDimension(band.value.unit.dimension, output.unit.dimension) ||
      band.value.unit.offset !== 0 ||
      !(band.value.base >= 0))
  )
    return problems.error(
      'STATION_ALARM_FORM',
      band.place,
      `The dead band of the alarm \`${name}\` is ${band.value.value} ${band.value.unit.text}; it is a difference of 0 or more, in ${output.unit.text}.`,
      'Write how far the value must come back; in K for a temperature.',
    );
  for (const delay of [value.for, value['back for']])
    if (delay && !(delay.value.base >= 0))
      return problems.error(
        'STATION_TIME_RANGE',
        delay.place,
        `The delay of the alarm \`${name}\` is ${delay.value.value} ${delay.value.unit.text}; it cannot be below 0.`,
        'Leave it out for none.',
      );
  const isInterlock = force.length > 0;
  return {
    name,
    output: output.id,
    ...(limit.quality !== undefined && { quality: limit.quality }),
    ...(limit.loop !== undefined && { loop: limit.loop }),
    priority: value.priority?.value ?? (isInterlock ? 'high' : 'medium'),
    says: value.says ?? limit.says,
    force: force.map((one) => one!),
    settings: {
      limit: limit.base,
      side: limit.side,
      deadBand: band?.value.base ?? 0,
      onDelayH: value.for?.value.base ?? 0,
      offDelayH: value['back for']?.value.base ?? 0,
      latched: value.latched?.value === 'yes',
      // What cannot be seen is not taken for safe.
      onBad: isInterlock ? 'raise' : 'hold',
    },
  };
}
