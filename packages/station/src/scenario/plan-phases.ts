import type { Located, Model } from '@fedbatch/model';
import type { PhasePlan } from '@fedbatch/runtime';
import { type Problems, parseQuantity, parseUnit, sameDimension, UnitError } from '@fedbatch/vocabulary';
import { readLimit } from './limit-text.ts';
import { phasesOf, watchId } from './load-scenario.ts';
import { planFeed } from './plan-feeds.ts';
import { planInput } from './plan-inputs.ts';
import type { FeedSource } from './plan-source.ts';
import type { PhaseValue, ScenarioValue } from './scenario-file.ts';

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
    if (value.until && !value['at most'] && !value.for) {
      problems.error(
        'STATION_RECIPE_ENDLESS',
        value.place,
        `The phase \`${name}\` ends only when \`${value.until.value}\`, which may never come.`,
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
  if ((value.feed && !feed) || (value['hold when'] && !hold) || set.includes(undefined)) return undefined;
  return {
    name,
    ...(feed && { feed }),
    ...(hold && { hold }),
    ...(value.until && {
      until: { event: eventOf(compiled.model, value.until.value, index), says: value.until.value },
    }),
    ...(value.for && { forH: value.for.value.base }),
    ...(value['at most'] && { atMostH: value['at most'].value.base }),
    set: set as { input: string; value: number }[],
  };
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
