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
  return {
    muPerH,
    yieldGPerG: yieldGPerG ?? Number.NaN,
    feedGPerL: concentration?.value ?? Number.NaN,
    ...(value.residual && { residualGPerL: value.residual.value.base }),
    ...(value.start && { startLPerH: value.start.value.base }),
    ...(value.maximum && { maximumLPerH: value.maximum.value.base }),
  };
}
