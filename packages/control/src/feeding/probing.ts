import { parseUnit } from '@fedbatch/vocabulary';
import type { FeedStrategy } from './strategy.ts';
import type { FeedLaw } from './watched.ts';

export interface ProbingSettings {
  /** Time from one pulse to the next, and its length, h. */
  readonly everyH: number;
  readonly pulseH: number;
  /** Height of a pulse, a share of the feed. */
  readonly height: number;
  /** Fall of dissolved oxygen at the end of a pulse that counts as an answer, share of saturation. */
  readonly reaction: number;
  /** What the feed is raised by after an answer, and lowered by without one, shares. */
  readonly raise: number;
  readonly lower: number;
  /** Dissolved oxygen below which no pulse is given and the feed is lowered, share of saturation. */
  readonly least: number;
}

/**
 * Asks the culture whether it could burn more: a short pulse of feed that dissolved oxygen answers means yes and the feed rises, no answer means that the
 * pulse goes to overflow and the feed falls (Akesson et al. 1999, Biotechnol. Bioeng. 64, 590). No model of
 * the strain is needed. It starts from another feed and goes on by itself. Signal: dissolved oxygen.
 */
export function probingFeed(start: FeedStrategy, settings: ProbingSettings): FeedLaw {
  const { everyH, pulseH, height, reaction, raise, lower, least } = settings;
  if (!(pulseH > 0 && everyH >= 2 * pulseH))
    throw new RangeError(`A pulse of ${pulseH} h every ${everyH} h leaves no time to recover: at most half of it.`);
  if (!(height > 0)) throw new RangeError(`A pulse of ${100 * height} % asks nothing: above 0 %.`);
  if (!(reaction > 0)) throw new RangeError(`A fall of ${100 * reaction} % is no answer: above 0 %.`);
  if (!(raise > 0 && lower > 0 && lower < 1))
    throw new RangeError(`A feed that rises ${100 * raise} % and falls ${100 * lower} % does not follow the answers.`);
  /** The feed between pulses, time in the cycle, oxygen before the pulse, oxygen at present, pulses that were answered. */
  const memory = Float64Array.of(Number.NaN, 0, Number.NaN, Number.NaN, 0);
  const told = new Float64Array(2).fill(Number.NaN);
  let isNew = false;
  const answer = (): void => {
    // Without a value at both ends nothing was asked.
    if (!isNew || Number.isNaN(memory[2]!)) return;
    const isAnswered = memory[2]! - memory[3]! >= reaction;
    if (isAnswered) memory[4]!++;
    memory[0]! *= isAnswered ? 1 + raise : 1 - lower;
  };
  return {
    name: 'probing',
    needs: ['dissolved oxygen'],
    rises: 'on new values',
    tells: [
      { id: 'level', says: 'feed between pulses', unit: parseUnit('L/h') },
      { id: 'answered', says: 'pulses that were answered', unit: parseUnit('-') },
    ],
    told,
    begin(timeH, measured) {
      start.begin(timeH, measured);
      memory[0] = Number.NaN;
      memory[1] = 0;
      memory[2] = Number.NaN;
    },
    see(signals) {
      if (Number.isNaN(signals[1]!)) return;
      memory[3] = signals[1]!;
      isNew = true;
    },
    demand(scan) {
      const scanH = scan[1]!;
      if (Number.isNaN(memory[0]!)) {
        start.demand(scan);
        memory[0] = scan[2]!;
      }
      const restH = everyH - pulseH;
      const before = memory[1]!;
      if (before >= everyH * (1 - 1e-9)) {
        answer();
        memory[1] = 0;
        memory[2] = Number.NaN;
      } else if (before >= restH * (1 - 1e-9) && Number.isNaN(memory[2]!) && isNew) {
        if (memory[3]! < least) {
          memory[0]! *= 1 - lower;
          memory[1] = 0;
        } else memory[2] = memory[3]!;
      } else if (before >= restH * (1 - 1e-9) && Number.isNaN(memory[2]!)) {
        // Nothing is asked of a culture that cannot be seen to answer.
        memory[1] = restH - scanH;
      }
      isNew = false;
      const isPulse = !Number.isNaN(memory[2]!);
      memory[1]! += scanH;
      told[0] = memory[0]!;
      told[1] = memory[4]!;
      scan[2] = isPulse ? memory[0]! * (1 + height) : memory[0]!;
    },
  };
}
