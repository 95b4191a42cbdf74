import type { ProcessFit } from './process-fit.ts';

export const tuningRules = [
  'Tyreus-Luyben PI',
  'Tyreus-Luyben PID',
  'Ziegler-Nichols PI',
  'Ziegler-Nichols PID',
  'SIMC PI',
  'AMIGO PI',
  'AMIGO PID',
] as const;
export type TuningRule = (typeof tuningRules)[number];

/** A PID law that a rule gives: output for one unit of error, times in h. */
export interface TunedLaw {
  readonly rule: TuningRule;
  readonly gain: number;
  readonly resetH: number;
  /** 0: no derivative part. */
  readonly derivativeH: number;
}

/** Laws from the point of the frequency response that a relay finds: ultimate gain (output for one unit of error) and period (h). */
export function ultimateLaws(gain: number, periodH: number): TunedLaw[] {
  return [
    // Tyreus and Luyben 1992, Ind. Eng. Chem. Res. 31, 2625; with derivative: Luyben and Luyben 1997, Essentials of Process Control, ch. 3.
    { rule: 'Tyreus-Luyben PI', gain: gain / 3.2, resetH: 2.2 * periodH, derivativeH: 0 },
    { rule: 'Tyreus-Luyben PID', gain: gain / 2.2, resetH: 2.2 * periodH, derivativeH: periodH / 6.3 },
    // Ziegler and Nichols 1942, Trans. ASME 64, 759.
    { rule: 'Ziegler-Nichols PI', gain: 0.45 * gain, resetH: periodH / 1.2, derivativeH: 0 },
    { rule: 'Ziegler-Nichols PID', gain: 0.6 * gain, resetH: periodH / 2, derivativeH: periodH / 8 },
  ];
}

/** Laws from a fitted process; none without a dead time, which is all that bounds their gain. */
export function fittedLaws({ gain, lagH, deadTimeH, slopePerH }: ProcessFit): TunedLaw[] {
  if (!(deadTimeH > 0)) return [];
  // Skogestad 2003, J. Process Control 13, 291, eqs 21 to 25: closed-loop time constant equal to the dead time.
  const simc: TunedLaw = {
    rule: 'SIMC PI',
    gain: 1 / (slopePerH * 2 * deadTimeH),
    resetH: Math.min(lagH, 8 * deadTimeH),
    derivativeH: 0,
  };
  return [simc, ...amigo(gain, lagH, deadTimeH, slopePerH)];
}

/** Astrom and Hagglund 2006, Advanced PID Control, eqs 7.5 and 7.7 for a lag, 7.6 and 7.8 for an integrator. */
function amigo(gain: number, lagH: number, deadTimeH: number, slopePerH: number): TunedLaw[] {
  const l = deadTimeH;
  if (lagH === Number.POSITIVE_INFINITY)
    return [
      { rule: 'AMIGO PI', gain: 0.35 / (slopePerH * l), resetH: 13.4 * l, derivativeH: 0 },
      { rule: 'AMIGO PID', gain: 0.45 / (slopePerH * l), resetH: 8 * l, derivativeH: 0.5 * l },
    ];
  const t = lagH;
  const share = (l * t) / (l + t) ** 2;
  return [
    {
      rule: 'AMIGO PI',
      gain: 0.15 / gain + (0.35 - share) * (t / (gain * l)),
      resetH: 0.35 * l + (13 * l * t * t) / (t * t + 12 * l * t + 7 * l * l),
      derivativeH: 0,
    },
    {
      rule: 'AMIGO PID',
      gain: (0.2 + (0.45 * t) / l) / gain,
      resetH: ((0.4 * l + 0.8 * t) / (l + 0.1 * t)) * l,
      derivativeH: (0.5 * l * t) / (0.3 * l + t),
    },
  ];
}
