import { EndDetector } from '@fedbatch/control';
import type { Located, Model } from '@fedbatch/model';
import { type PassingState, type PhasePlan, passingStates, type RunPlan } from '@fedbatch/runtime';
import { type Problems, parseQuantity, parseUnit, sameDimension, UnitError } from '@fedbatch/vocabulary';
import { readLimit } from './limit-text.ts';
import { phasesOf, watchId } from './load-scenario.ts';
import { planFeed } from './plan-feeds.ts';
import { planInput } from './plan-inputs.ts';
import type { FeedSource } from './plan-source.ts';
import type { ScenarioValue } from './scenario-file.ts';
import type { EndsOnValue, PhaseValue } from './shapes/recipe.ts';

/** Refuses a recipe that is empty, may never end, or has two phases of one name. */
export function checkRecipe(scenario: ScenarioValue, problems: Problems): void {
  const phases = phasesOf(scenario);
  if (phases.length === 0)
    problems.error(
      'STATION_RECIPE_EMPTY',
      scenario.place,
      'The recipe has no phase.',
      'Add one, as `- batch: { for: 10 h }`.',
    );
  for (const { name, value } of phases) {
    const ends = value.until?.value ?? value['ends on']?.signal.value;
    if (ends !== undefined && !value['at most'] && !value.for) {
      problems.error(
        'STATION_RECIPE_ENDLESS',
        value.place,
        `The phase \`${name}\` ends only when \`${ends}\`${value.until ? '' : ' changes'}, which may never come.`,
        'Add `at most: 24 h`.',
      );
    }
    if (value['hold when'] && !value['at most'])
      problems.error(
        'STATION_RECIPE_ENDLESS',
        value.place,
        `The phase \`${name}\` may be held for ever.`,
        'Add `at most: 24 h`, the longest that it may last, held or not.',
      );
    if (value.for && value['at most'] && !value['hold when'])
      problems.error(
        'STATION_RECIPE_ENDLESS',
        value.place,
        `The phase \`${name}\` has both \`for\` and \`at most\`.`,
        'Keep `for` for a fixed length, `at most` for a limit.',
      );
  }
  const seen = new Set<string>();
  for (const { name, value } of phases) {
    if (seen.has(name))
      problems.error(
        'STATION_RECIPE_NAME_TWICE',
        value.place,
        `Two phases are called \`${name}\`.`,
        'Give each phase a name of its own.',
      );
    seen.add(name);
  }
}

const longestRunH = 24 * 365;

/** A phase, resolved; undefined after a problem was reported. */
export function planPhase(source: FeedSource, name: string, value: PhaseValue, index: number): PhasePlan | undefined {
  const { compiled, problems } = source;
  for (const limit of [value.for, value['at most']]) {
    if (limit && !(limit.value.base > 0 && limit.value.base <= longestRunH)) {
      problems.error(
        'STATION_TIME_RANGE',
        limit.place,
        `The phase \`${name}\` would last ${limit.value.value} ${limit.value.unit.text}; from above 0 up to ${longestRunH} h is possible.`,
        'Write a time such as 10 h.',
      );
    }
  }
  const set = [...(value.set ?? [])].map(([input, quantity]) => planInput(compiled.model, input, quantity, problems));
  const feed = value.feed && planFeed(source, name, value.feed);
  const hold = value['hold when'] && planHold(source, name, value['hold when']);
  const detect = value['ends on'] && planEnd(source, name, value['ends on']);
  const within = value.in && planPlace(source, name, value.in);
  if ((value['ends on'] && !detect) || (value.in && !within)) return undefined;
  if ((value.feed && !feed) || (value['hold when'] && !hold) || set.includes(undefined)) return undefined;
  return {
    name,
    ...(feed && { feed }),
    ...(hold && { hold }),
    ...(detect && { detect }),
    ...(within && { within }),
    ...(value.until && {
      until: { event: eventOf(compiled.model, value.until.value, index), says: value.until.value },
    }),
    ...(value.for && { forH: value.for.value.base }),
    ...(value['at most'] && { atMostH: value['at most'].value.base }),
    set: set as { input: string; value: number }[],
  };
}

/** `Fermentation / Feeding`: at most a unit procedure and an operation. */
function planPlace({ problems }: FeedSource, phase: string, text: Located<string>): string[] | undefined {
  const names = text.value.split('/').map((name) => name.trim());
  if (names.length <= 2 && names.every((name) => name.length > 0 && name.length <= 60)) return names;
  return problems.error(
    'STATION_RECIPE_PLACE',
    text.place,
    `\`${text.value.slice(0, 80)}\` is no place of the phase \`${phase}\` in a procedure.`,
    'Write the unit procedure, or unit procedure and operation, as `Fermentation / Feeding`.',
  );
}

/** A change of a signal that ends a phase. */
function planEnd({ names, problems }: FeedSource, phase: string, value: EndsOnValue): PhasePlan['detect'] {
  const output = names.find(value.signal.value, value.signal);
  const change = value['rises by'] ?? value['falls by'];
  if (!change || (value['rises by'] && value['falls by']))
    return problems.error(
      'STATION_RECIPE_END',
      value.place,
      `What ends \`${phase}\` rises or falls: it says ${change ? 'both' : 'neither'}.`,
      'Write one of `rises by: 20 %` and `falls by: 0.2`.',
    );
  if (!output) return undefined;
  if (!sameDimension(change.value.unit.dimension, output.unit.dimension))
    return problems.error(
      'MODEL_UNIT_CLASH',
      change.place,
      `\`${output.id}\` is in ${output.unit.text}, and its change in ${change.value.unit.text}.`,
      `Write a change in ${output.unit.text}.`,
    );
  const settings = {
    side: value['rises by'] ? 'rises' : 'falls',
    by: change.value.base,
    withinH: value.within?.value.base ?? 1 / 6,
    afterH: value.after?.value.base ?? 0,
  } as const;
  try {
    new EndDetector(settings);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return problems.error('STATION_RECIPE_END', value.place, error.message, 'Correct what ends the phase.');
  }
  return {
    output: output.id,
    ...(output.kind === 'measured' && { quality: `${output.id}.quality` }),
    settings,
    says: `${output.says} ${settings.side} by ${change.value.value} ${change.value.unit.text}`,
  };
}

/** What the passing states of the recipe do; problems are reported. */
export function planPassing({ scenario, compiled, problems }: FeedSource): RunPlan['passing'] {
  const { states } = scenario;
  if (!states) return undefined;
  const planned = passingStates.flatMap((state) => {
    const value = states[state];
    if (!value) return [];
    const set = [...(value.set ?? [])].map(([input, quantity]) => planInput(compiled.model, input, quantity, problems));
    const forH = value.for?.value.base ?? 0;
    if (!(forH >= 0 && forH <= longestRunH))
      problems.error(
        'STATION_TIME_RANGE',
        value.place,
        `The state \`${state}\` would last ${forH} h; from 0 up to ${longestRunH} h is possible.`,
        'Write a time such as 5 min.',
      );
    return [[state, { forH, set: set.filter((one) => one !== undefined) }] as const];
  });
  return Object.fromEntries(planned) as Partial<Record<PassingState, (typeof planned)[number][1]>>;
}

/** How far a value must come back, as a share of its limit, before a held phase goes on. */
const resumeShare = 0.1;

/** `DO < 15 % for 5 min`. */
function planHold({ names, problems }: FeedSource, phase: string, text: Located<string>): PhasePlan['hold'] {
  const [, limitText, wait] = /^(.*?)(?:\s+for\s+(\S.*))?$/.exec(text.value)!;
  const limit = readLimit({ value: limitText!, place: text.place }, names, `the hold of \`${phase}\``, problems);
  if (!limit) return undefined;
  const delayH = wait === undefined ? 0 : readDelay(wait, text, problems);
  if (delayH === undefined) return undefined;
  return {
    output: limit.output.id,
    ...(limit.quality !== undefined && { quality: limit.quality }),
    says: limit.says,
    settings: {
      limit: limit.base,
      side: limit.side,
      deadBand: resumeShare * Math.abs(limit.base),
      onDelayH: delayH,
      offDelayH: delayH,
    },
  };
}

function readDelay(wait: string, text: Located<string>, problems: Problems): number | undefined {
  try {
    const { base, unit } = parseQuantity(wait);
    if (sameDimension(unit.dimension, parseUnit('h').dimension) && base >= 0) return base;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
  }
  return problems.error(
    'STATION_TIME_RANGE',
    text.place,
    `\`${wait.slice(0, 40)}\` is no time of 0 or more.`,
    'Write for example `DO < 15 % for 5 min`.',
  );
}

/** A phase may wait for an event that a component declares, by its id, or for a condition of its own. */
function eventOf(model: Model, until: string, phase: number): string {
  return model.events.find(({ id, origin }) => origin === 'model' && id === until)?.id ?? watchId(phase);
}
