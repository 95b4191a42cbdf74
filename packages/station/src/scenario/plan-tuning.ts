import { RelayExperiment, tuningRules } from '@fedbatch/control';
import type { TuningPlan } from '@fedbatch/runtime';
import { fromBase, type Unit } from '@fedbatch/vocabulary';
import type { LoopSource } from './plan-loops.ts';
import { isBand } from './quantity-checks.ts';
import type { LoopValue } from './shapes/loop.ts';

/** What a loop is tuned with where its file does not say: shares of its proportional band. */
const usual = { amplitude: 0.1, hysteresisShare: 0.01, giveUpShare: 0.25, atMostH: 4, agreement: 0.1 } as const;

/** How a loop is tuned; undefined after a problem was reported. */
export function planTuning(
  { problems }: LoopSource,
  loop: string,
  { tuning, band, 'raise by': raise = [], 'lower by': lower = [] }: LoopValue,
  unit: Unit,
): TuningPlan | undefined {
  const differences = { hysteresis: tuning?.hysteresis, 'give up at': tuning?.['give up at'] };
  for (const [key, quantity] of Object.entries(differences))
    if (quantity && !isBand(quantity, unit, `\`${key}\` of the tuning of \`${loop}\``, problems)) return undefined;
  const use = tuningRules.find((rule) => rule === tuning?.use?.value);
  const plan: TuningPlan = {
    amplitude: tuning?.amplitude?.value.base ?? usual.amplitude,
    hysteresis: tuning?.hysteresis?.value.base ?? usual.hysteresisShare * band.value.base,
    giveUpAt: tuning?.['give up at']?.value.base ?? usual.giveUpShare * band.value.base,
    atMostH: tuning?.['at most']?.value.base ?? usual.atMostH,
    agreement: tuning?.agreement?.value.base ?? usual.agreement,
    ...(use && { use }),
  };
  try {
    new RelayExperiment(plan, 0, [-lower.length, raise.length]);
    return plan;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const place = tuning?.place ?? band.place;
    const width = `${Number(fromBase(plan.giveUpAt + unit.offset, unit).toPrecision(3))}`;
    return problems.error(
      'STATION_LOOP_TUNING',
      place,
      `The loop \`${loop}\` cannot be tuned. ${error.message}`,
      `Write for example \`tuning: { amplitude: 10 % }\`; it gives up ${width} from its set point unless \`give up at\` says another difference.`,
    );
  }
}
