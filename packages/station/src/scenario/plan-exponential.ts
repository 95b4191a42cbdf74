import type { ExponentialFeedSettings } from '@fedbatch/control';
import type { PlanSource } from './plan-source.ts';
import type { PlainFeedValue } from './shapes/plain-feed.ts';

/** What an exponential feed assumes, and every feed that starts from one; undefined after a problem was reported. */
export function exponentialSettings(
  source: PlanSource,
  phase: string,
  value: PlainFeedValue,
  muPerH: number,
): ExponentialFeedSettings | undefined {
  const { compiled, problems } = source;
  const { feeding } = compiled.model;
  const yieldGPerG = value.yield?.value.base ?? feeding?.yield;
  const stream = value.stream?.value ?? 'feed';
  const substrate = feeding?.substrate;
  const concentration = compiled.model.parameters.find(({ id }) => id === `streams.${stream}.${substrate}`);
  if (!value.start && yieldGPerG === undefined) {
    return problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The ${value.strategy.value} feed of \`${phase}\` needs a yield, and the organism file states none.`,
      'Add `yield: 0.5 g/g`, or `start: 0.01 L/h`.',
    );
  }
  if (!value.start && !concentration) {
    return problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The ${value.strategy.value} feed of \`${phase}\` needs to know the substrate in the stream \`${stream}\`.`,
      `Add \`streams: { ${stream}: { ${substrate ?? 'S'}: 500 g/L } }\` to the scenario.`,
    );
  }
  if (!(muPerH > 0)) {
    return problems.error(
      'STATION_FEED_SETTING',
      value.mu?.place ?? value.place,
      `The growth rate of the ${value.strategy.value} feed of \`${phase}\` is ${muPerH} 1/h; it must be above 0.`,
      'Write for example `mu: 0.2 1/h`, or end the feed with a phase that has none.',
    );
  }
  if (!value.start && !(concentration!.value > 0)) {
    return problems.error(
      'STATION_FEED_SETTING',
      value.place,
      `The ${value.strategy.value} feed of \`${phase}\` counts on \`${substrate}\` in the stream \`${stream}\`, which holds ${concentration!.value} g/L of it.`,
      `Write more than 0 under \`streams\`, as \`${stream}: { ${substrate}: 500 g/L }\`.`,
    );
  }
  return {
    muPerH,
    yieldGPerG: yieldGPerG ?? Number.NaN,
    feedGPerL: concentration?.value ?? Number.NaN,
    ...(value.residual && { residualGPerL: value.residual.value.base }),
    ...(value.start && { startLPerH: value.start.value.base }),
    ...(value.maximum && { maximumLPerH: value.maximum.value.base }),
  };
}
