import type { LivePlant } from '@fedbatch/station';
import { ProblemError, Problems, type Tag, tagQualities } from '@fedbatch/vocabulary';
import type { Static } from 'typebox';
import type { AlarmShown, JobOrderShown, PlantShown, TagShown } from './schemas/plant.ts';

export function showPlant(plant: LivePlant): Static<typeof PlantShown> {
  const { name, plan, live, clock, tags, journalSize, snapshots } = plant;
  const { title, organism, vessel, seed } = plan.title;
  return {
    name,
    title,
    organism,
    vessel,
    seed,
    timeH: live.timeH,
    scans: live.scans,
    scanS: plan.scanH * 3600,
    phase: live.phase,
    ended: live.ended,
    clock: { mode: clock.mode, running: clock.isRunning, speed: clock.speed, late: clock.late },
    tags: tags.length,
    records: journalSize,
    snapshots,
  };
}

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What a tag shows: a number, the word of a choice, a text; null where there is nothing. */
export function shownValue({ table }: LivePlant, tag: Tag, slot: number): number | string | null {
  if (tag.type === 'text') return table.texts[slot] ?? null;
  const value = table.values[slot]!;
  if (tag.type === 'choice') return tag.choices?.[value] ?? null;
  return numberOrNull(value);
}

export function showTag(plant: LivePlant, slot: number): Static<typeof TagShown> {
  const tag = plant.tags[slot]!;
  const quality = tagQualities[plant.table.qualities[slot]!]!;
  const { id, says, type, unit, low, high, choices, writes, from, of } = tag;
  return {
    id,
    says,
    type,
    unit,
    low: numberOrNull(low),
    high: numberOrNull(high),
    ...(choices && { choices: [...choices] }),
    ...(writes && { writes }),
    from,
    ...(of !== undefined && { of }),
    value: shownValue(plant, tag, slot),
    quality: quality.level,
    qualitySays: quality.says,
  };
}

/** Alarms and interlocks with their states after ISA-18.2. */
export function showAlarms({ plan, tags, table }: LivePlant): Static<typeof AlarmShown>[] {
  const wordOf = (id: string): string => {
    const slot = table.slotOf(id);
    return tags[slot]!.choices![table.values[slot]!]!;
  };
  return (plan.alarms ?? []).map(({ name, says, priority, force }) => ({
    name,
    says,
    priority,
    interlock: force.length > 0,
    state: wordOf(`alarm.${name}.state`),
    shelf: wordOf(`alarm.${name}.shelf`),
  }));
}

/** Job orders and what became of them. */
export function showJobOrders({ jobs }: LivePlant): Static<typeof JobOrderShown>[] {
  return jobs.list.map(({ order, state, startedMs, endedMs, outcome }) => ({
    order: { ...order, sets: order.sets.map((set) => ({ ...set })) },
    state,
    startedMs: startedMs ?? null,
    endedMs: endedMs ?? null,
    says: outcome?.says ?? null,
  }));
}

/** Slots of tags by their ids; all of them where none are named. Throws ProblemError for one that the plant has not. */
export function slotsOf(
  plant: LivePlant,
  ids: readonly string[] | undefined,
  truth: 'leave out' | 'include',
): number[] {
  const problems = new Problems();
  const slots = ids
    ? ids.flatMap((id) => {
        const slot = plant.table.slotOf(id);
        if (slot >= 0) return [slot];
        problems.error(
          'STATION_COMMAND_UNKNOWN',
          undefined,
          `The plant ${plant.name} has no tag \`${id.slice(0, 80)}\`.`,
          'List its tags for their ids.',
        );
        return [];
      })
    : [...plant.tags.keys()];
  if (problems.errors.length > 0) throw new ProblemError(problems.list);
  return truth === 'include' ? slots : slots.filter((slot) => plant.tags[slot]!.from !== 'truth');
}

export const idsIn = (text: string | undefined): string[] | undefined =>
  text === undefined
    ? undefined
    : text
        .split(',')
        .map((id) => id.trim())
        .filter((id) => id !== '');
