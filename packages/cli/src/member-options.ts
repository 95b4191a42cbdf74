import type { EnsembleProgress } from '@fedbatch/station';
import type { Problems } from '@fedbatch/vocabulary';
import type { Terminal } from './terminal.ts';

export const memberLimit = 1_000_000;

/** A whole number from an option; a problem where it is none. */
export function wholeOption(option: string, text: string, low: number, high: number, problems: Problems): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  problems.error(
    'CLI_OPTION_VALUE',
    undefined,
    `${option} is \`${text.slice(0, 40)}\`, and it must be a whole number from ${low} to ${high}.`,
    `Write for example ${option} ${Math.max(low, Math.min(high, 200))}.`,
  );
  return low;
}

const barWidth = 24;

/** Shows how many members are done, in which part of the work, and how long the rest will take. */
export function memberReporter(
  { json, quiet }: { readonly json?: boolean; readonly quiet?: boolean },
  out: Terminal,
): (progress: EnsembleProgress, part?: string) => void {
  const begun = Date.now();
  if (quiet) return () => {};
  return ({ done, members, failed, found }, part) => {
    if (json)
      return out.error(JSON.stringify({ progress: done / members, done, members, failed, ...(part && { part }) }));
    const share = done / members;
    const full = Math.round(share * barWidth);
    const seconds = (Date.now() - begun) / 1000;
    const rate = (done - found) / Math.max(seconds, 1e-3);
    const rest = rate > 0 && done < members ? `  ${Math.ceil((members - done) / rate)} s left` : '';
    const bad = failed > 0 ? `  ${failed} failed` : '';
    out.progress(
      `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${String(Math.round(share * 100)).padStart(3)} %  ${part ? `${part}  ` : ''}${done} of ${members} members${bad}${rest}`,
    );
  };
}
