import type { Command } from '@fedbatch/vocabulary';
import type { Refused } from './gate.ts';
import type { ClockMode } from './plant-clock.ts';
import { hasSnapshot, isSnapshotName, snapshotNames } from './snapshot-file.ts';

const fastest = 1e6;

/** Why a command to the clock cannot be, by what makes its scans and by the snapshots in its folder. */
export function clockRefusal(
  command: Command & { kind: 'clock' },
  mode: ClockMode,
  folder: string,
): Refused | undefined {
  const { action } = command;
  if (action === 'speed' && !(command.speed > 0 && command.speed <= fastest))
    return { refusal: 'limits', says: `A speed of ${command.speed} lies outside 0 to ${fastest}. 1 is real time.` };
  if ((action === 'run' || action === 'speed') && mode === 'lockstep')
    return {
      refusal: 'mode',
      says: 'This plant moves by steps only. Call Step, or serve it with --clock realtime.',
    };
  if (action === 'snapshot' && !isSnapshotName(command.name))
    return {
      refusal: 'type',
      says: `\`${command.name.slice(0, 40)}\` is no name of a snapshot: letters, digits, - and _.`,
    };
  if (action === 'snapshot' && hasSnapshot(folder, command.name))
    return {
      refusal: 'state',
      says: `There is a snapshot \`${command.name}\` already, and records may refer to it. Choose another name.`,
    };
  if (action === 'restore' && !hasSnapshot(folder, command.name))
    return {
      refusal: 'unknown',
      says: `There is no snapshot \`${command.name.slice(0, 40)}\`. There are ${snapshotNames(folder).join(', ') || 'none'}.`,
    };
  return undefined;
}
