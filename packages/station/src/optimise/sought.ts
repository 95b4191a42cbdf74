import type { SoughtSetting } from '@fedbatch/runtime';
import type { Problems } from '@fedbatch/vocabulary';

const number = '[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?';
const form = new RegExp(`^\\s*([^=]+?)\\s*=\\s*(${number})\\s*\\.\\.\\s*(${number})\\s*(.*?)\\s*$`);

/** `path=low..high unit`, as a person types it: `recipe.fed-batch.feed.mu=0.1..0.3 1/h`. Problems go to the list. */
export function readSought(text: string, problems: Problems): SoughtSetting | undefined {
  const place = { file: `--vary ${text.slice(0, 60)}`, line: 1, column: 1 };
  const [, path, low, high, unit] = form.exec(text) ?? [];
  if (path === undefined)
    return problems.error(
      'STATION_SEARCH_FORM',
      place,
      `\`${text.slice(0, 80)}\` is not path=low..high with a unit.`,
      'Write for example --vary "recipe.fed-batch.feed.mu=0.1..0.3 1/h".',
    );
  const sought = { path, low: Number(low), high: Number(high), unit: unit! };
  if (!(sought.low < sought.high))
    return problems.error(
      'STATION_SEARCH_FORM',
      place,
      `The range of \`${path}\` ends at ${sought.high}, which is not above ${sought.low}.`,
      'Give the lower limit first.',
    );
  return sought;
}

/** The setting for a place between the limits, 0 to 1, to eight digits: what is tried is what can be typed. */
export function settingAt({ path, low, high, unit }: SoughtSetting, share: number): { value: number; text: string } {
  const value = Number((low + (high - low) * share).toPrecision(8));
  return { value, text: `${path}=${value}${unit === '' ? '' : ` ${unit}`}` };
}
