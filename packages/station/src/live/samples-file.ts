import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { HistoryRow } from '@fedbatch/records';
import type { Tag } from '@fedbatch/vocabulary';

/**
 * Writes rows of a history as CSV (RFC 4180): the time, then each tag with its unit and, where it is a sensor's, its quality code beside it. Others have
 * their turn between batches. The file appears when it is whole.
 */
export async function writeSamples(
  path: string,
  tags: readonly Tag[],
  batches: Iterable<readonly HistoryRow[]>,
  scanH: number,
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const out = createWriteStream(`${path}.part`);
  const titles = tags.flatMap(({ id, unit, from }) =>
    from === 'sensor' ? [`${id} [${unit}]`, `${id}.quality [-]`] : [`${id} [${unit}]`],
  );
  out.write(`${['time [h]', ...titles].join(',')}\r\n`);
  for (const rows of batches) {
    const lines = rows.map(({ scan, values, qualities }) => {
      const cells = tags.flatMap(({ from }, c) => {
        const cell = Number.isFinite(values[c]!) ? String(values[c]) : '';
        return from === 'sensor' ? [cell, String(qualities[c])] : [cell];
      });
      return `${[String(scan * scanH), ...cells].join(',')}\r\n`;
    });
    if (!out.write(lines.join(''))) await once(out, 'drain');
    await turn();
  }
  out.end();
  await once(out, 'finish');
  await rename(`${path}.part`, path);
}
