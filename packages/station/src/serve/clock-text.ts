import type { Place, Problems } from '@fedbatch/vocabulary';
import type { ClockMode } from '../live/plant-clock.ts';

/** What moves plants. */
export interface ClockSetting {
  readonly clock: ClockMode;
  /** Plant seconds for each second of the wall clock; 1 in lockstep. */
  readonly speed: number;
}

export const clockForms = 'realtime, a factor as x60, or lockstep';

/** Reads what moves plants; a problem where it is none of the three forms. */
export function clockOf(text: string, place: Place | undefined, problems: Problems): ClockSetting {
  const factor = Number(/^x(\d+(?:\.\d+)?)$/.exec(text)?.[1]);
  if (text === 'lockstep') return { clock: 'lockstep', speed: 1 };
  if (text === 'realtime') return { clock: 'paced', speed: 1 };
  if (factor > 0) return { clock: 'paced', speed: factor };
  problems.error('STATION_CLOCK_FORM', place, `The clock is \`${text.slice(0, 40)}\`.`, `Choose ${clockForms}.`);
  return { clock: 'paced', speed: 1 };
}
