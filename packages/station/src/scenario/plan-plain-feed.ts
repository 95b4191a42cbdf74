import { constantFeed, exponentialFeed, type FeedStrategy, tableFeed } from '@fedbatch/control';
import type { Located } from '@fedbatch/model';
import { readFeedTable } from '@fedbatch/records';
import type { FeedPlan } from '@fedbatch/runtime';
import { ProblemError } from '@fedbatch/vocabulary';
import { exponentialSettings } from './plan-exponential.ts';
import { planSensing } from './plan-sensing.ts';
import type { FeedSource, PlanSource } from './plan-source.ts';
import type { PlainFeedValue } from './shapes/plain-feed.ts';

/** A strategy that has no model of its own, and what it reads. */
export interface PlannedStrategy {
  readonly strategy: () => FeedStrategy;
  readonly reads: NonNullable<FeedPlan['reads']>;
}

/** A strategy without a model of its own, resolved; undefined after a problem was reported. */
export function planPlainFeed(source: FeedSource, phase: string, value: PlainFeedValue): PlannedStrategy | undefined {
  switch (value.strategy.value) {
    case 'constant':
      return value.rate
        ? blind(constantFeed, value.rate.value.base)
        : missingKey(source, phase, value, 'rate', '0.05 L/h');
    case 'exponential': {
      if (!value.mu) return missingKey(source, phase, value, 'mu', '0.2 1/h');
      const settings = exponentialSettings(source, phase, value, value.mu.value.base);
      return settings && blind(exponentialFeed, settings);
    }
    case 'table':
      return value.file ? tableOf(source, value, value.file) : missingKey(source, phase, value, 'file', 'feed.csv');
    default:
      return planSensing(source, phase, value);
  }
}

/** Says that a feed lacks a setting. */
export function missingKey(
  { problems }: PlanSource,
  phase: string,
  value: PlainFeedValue,
  key: string,
  example: string,
): undefined {
  return problems.error(
    'STATION_FEED_SETTING',
    value.place,
    `The ${value.strategy.value} feed of \`${phase}\` has no \`${key}\`.`,
    `Add \`${key}: ${example}\`.`,
  );
}

/** A strategy that looks at nothing. */
function blind<Settings>(make: (settings: Settings) => FeedStrategy, settings: Settings): PlannedStrategy {
  return { strategy: () => make(settings), reads: [] };
}

function tableOf(
  { files, problems }: PlanSource,
  value: PlainFeedValue,
  file: Located<string>,
): PlannedStrategy | undefined {
  const read = files.read(file);
  if (!read) return undefined;
  try {
    const { timeH, rateLPerH } = readFeedTable(read.text, read.path);
    const table = { timeH, rateLPerH, between: value.between?.value ?? 'linear' };
    tableFeed(table);
    return blind(tableFeed, table);
  } catch (error) {
    if (error instanceof ProblemError) problems.list.push(...error.problems);
    else if (error instanceof RangeError)
      problems.error(
        'STATION_FEED_TABLE',
        { file: read.path, line: 1, column: 1 },
        error.message,
        'Correct the table.',
      );
    else throw error;
    return undefined;
  }
}
