import { join } from 'node:path';
import type { Model } from '@fedbatch/model';
import { bsm1, cho, fullVessel, p1, type Recipe, standardFolder, yeast } from '../models.ts';
import type { Problem } from './batch.ts';

/** Every full hour up to the end. */
const hourly = (endH: number): number[] => Array.from({ length: endH }, (_, hour) => hour + 1);

/** The eight quantities of p1: `share` is their absolute tolerance as a share of the relative one, `atEnd` their value at 20 h (Radau and BDF at 1e-11 to 1e-12 agree). */
export const p1Quantities = [
  { name: 'X', output: 'X', state: 'amount.X', share: 1e-3, atEnd: 19.8714491267 },
  { name: 'S', output: 'S', state: 'amount.S', share: 1e-3, atEnd: 0.0256263265942 },
  { name: 'A', output: 'A', state: 'amount.A', share: 1e-3, atEnd: 0.0277348622696 },
  { name: 'O', output: 'organism.O', state: 'organism.O', share: 1e-5, atEnd: 0.00216727314603 },
  { name: 'V', output: 'V', state: 'V', share: 1e-3, atEnd: 2.10856814205 },
  { name: 'P', output: 'P', state: 'amount.P', share: 1e-3, atEnd: 1.21131103982 },
  { name: 'yO', output: 'organism.yO', state: 'organism.yO', share: 1e-3, atEnd: 0.17161414414 },
  { name: 'yC', output: 'organism.yC', state: 'organism.yC', share: 1e-4, atEnd: 0.0398084388282 },
] as const;

/** p1, with its absolute tolerances as the problem states them. */
export const p1Problem: Problem = {
  recipe: p1,
  quantities: p1Quantities,
  rowsH: hourly(20),
  published: p1Quantities.map(({ atEnd }) => atEnd),
  absoluteTolerances: ({ states }, tolerance) =>
    Float64Array.from(states, ({ id }) => tolerance * p1Quantities.find(({ state }) => state === id)!.share),
};

/** Tolerances as a scenario has them. */
const asInScenarios = ({ states }: Model, tolerance: number): Float64Array =>
  Float64Array.from(states, ({ kind, scale }) =>
    kind === 'ledger' || kind === 'exchange' ? Number.POSITIVE_INFINITY : tolerance * scale * 1e-3,
  );

const plantProblem = (recipe: Recipe, rowsH: readonly number[], outputs: readonly string[]): Problem => ({
  recipe,
  quantities: outputs.map((output) => ({ name: output, output })),
  rowsH,
  floor: 1e-3,
  absoluteTolerances: asInScenarios,
});

/** E. coli in a whole vessel: pH and ions, heat, foam, pressure, loops and feed as equations. */
export const fullVesselProblem: Problem = {
  ...plantProblem(fullVessel, hourly(20), [
    ...['X', 'S', 'A', 'O2', 'CO2', 'V', 'NH4', 'gas.O2', 'gas.CO2'],
    ...['vessel.pH', 'vessel.temperature'],
  ]),
  floor: 0,
};

/** Baker's yeast from glucose to ethanol and on: the limit of respiration is a kink, and so is the end of a substrate. */
export const yeastProblem = plantProblem(yeast, hourly(20), ['X', 'G', 'E', 'O2', 'CO2', 'V', 'gas.O2', 'gas.CO2']);

/** Hybridoma cells over 200 h, fed from the start. */
export const choProblem = plantProblem(
  cho,
  hourly(20).map((hour) => 10 * hour),
  ['Xv', 'Xd', 'G', 'Gn', 'L', 'N', 'P', 'V', 'O2', 'vessel.pH'],
);

/** Activated sludge on its way to rest, 230 d: 145 states. */
export const bsm1Problem = plantProblem(
  bsm1,
  hourly(23).map((row) => 240 * row),
  ['SNH', 'SNO', 'SO', 'tank5.SS', 'tank5.SO', 'tank5.SNH', 'tank5.SNO', 'tank5.XBH', 'layer10.SNH', 'layer10.XBH'],
);

/** A standard problem: its states at the end beside published values, which also set how large an absolute error of a state may be. */
function standard(file: string, endH: number, published: Readonly<Record<string, number>>): Problem {
  const names = Object.keys(published);
  return {
    recipe: { name: file, files: { problem: join(standardFolder, `${file}.yaml`) }, setup: {} },
    quantities: names.map((name) => ({ name, output: `problem.${name}` })),
    rowsH: [endH],
    published: Object.values(published),
    absoluteTolerances: ({ states }, tolerance) =>
      Float64Array.from(states, ({ id }) => 1e-3 * tolerance * Math.abs(published[id.replace('problem.', '')]!)),
  };
}

const numbered = (values: readonly number[]): Record<string, number> =>
  Object.fromEntries(values.map((value, i) => [`y${i + 1}`, value]));

/** Mazzia and Magherini 2008, Test Set for Initial Value Problem Solvers; Robertson at 40 after Hairer and Wanner 1996, IV.10. */
export const robertson = standard(
  'robertson',
  40,
  numbered([0.7158270687193941, 9.185534764557338e-6, 0.2841637457458292]),
);
export const hires = standard(
  'hires',
  321.8122,
  numbered([
    0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2, 0.2386356198831331e-2,
    0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
  ]),
);
export const oregonator = standard(
  'oregonator',
  360,
  numbered([0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3]),
);
export const vanDerPol = standard('van-der-pol', 2, numbered([0.1706167732170483e1, -0.8928097010247975]));
export const pollution = standard(
  'pollution',
  60,
  numbered([
    0.5646255480022769e-1, 0.1342484130422339, 0.4139734331099427e-8, 0.5523140207484359e-2, 0.2018977262302196e-6,
    0.1464541863493966e-6, 0.7784249118997964e-1, 0.3245075353396018, 0.7494013383880406e-2, 0.1622293157301561e-7,
    0.1135863833257075e-7, 0.2230505975721359e-2, 0.208716288279863e-3, 0.1396921016840158e-4, 0.8964884856898295e-2,
    0.4352846369330103e-17, 0.6899219696263405e-2, 0.1007803037365946e-3, 0.1772146513969984e-5, 0.5682943292316392e-4,
  ]),
);

const stars = ['x', 'y', 'u', 'v'].flatMap((letter) => [1, 2, 3, 4, 5, 6, 7].map((star) => `${letter}${star}`));
const starsAtEnd = [
  0.3706139143970502, 3.237284092057233, -3.222559032418324, 0.659709145577531, 0.3425581707156584, 1.562172101400631,
  -0.7003092922212495, -3.943437585517392, -3.27138097397255, 5.225081843456543, -2.59061243497747, 1.198213693392275,
  -0.2429682344935824, 1.09144924042898, 3.417003806314313, 1.354584501625501, -2.590065597810775, 2.025053734714242,
  -1.155815100160448, -0.8072988170223021, 0.595239635420871, -3.74124496123401, 0.377345968575063, 0.9386858869551073,
  0.3667922227200571, -0.347404635380849, 2.344915448180937, -1.947020434263292,
];
export const pleiades = standard('pleiades', 3, Object.fromEntries(stars.map((name, i) => [name, starsAtEnd[i]!])));
