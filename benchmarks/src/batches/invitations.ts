import { rodas4, rodas5p } from '@fedbatch/numerics';
import type { Invitation } from './contenders.ts';
import {
  bsm1Problem,
  choProblem,
  fullVesselProblem,
  hires,
  oregonator,
  pleiades,
  pollution,
  robertson,
  vanDerPol,
  yeastProblem,
} from './problems.ts';

const stiff = { own: ['rodas4', 'rodas5p', 'auto'], rivals: ['Rodas5P in C', 'BDF'] } as const;

/** Problems beside p1 and who solves each. Explicit methods are left out where stability holds them to a hundred thousand steps and more. */
export const invitations: readonly Invitation[] = [
  { problem: yeastProblem, own: ['rodas4', 'rodas5p', 'auto', 'tsit5'], rivals: ['BDF', 'odex'] },
  { problem: choProblem, own: ['rodas4', 'rodas5p', 'auto'], rivals: ['BDF'] },
  {
    problem: fullVesselProblem,
    own: ['rodas4', 'rodas5p', 'auto', 'tsit5'],
    inWebAssembly: [rodas4, rodas5p],
    kinks: ['locate', 'ignore'],
    rivals: ['BDF', 'odex'],
    tightest: 8,
  },
  // Looser, the limits of the settler at rest are crossed again and again.
  { problem: bsm1Problem, own: ['rodas5p', 'auto'], rivals: ['BDF'], loosest: 4, tightest: 7 },
  { problem: robertson, ...stiff },
  { problem: hires, ...stiff },
  { problem: oregonator, ...stiff },
  { problem: vanDerPol, ...stiff },
  { problem: pollution, ...stiff },
  { problem: pleiades, own: ['tsit5', 'dop853', 'auto'], rivals: ['Adams', 'odex'], tightest: 11 },
];
