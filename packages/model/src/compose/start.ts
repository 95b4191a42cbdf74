import { fromBase } from '@fedbatch/vocabulary';
import { evaluate } from '../graph/evaluate.ts';
import type { Model } from '../model.ts';
import type { Assembly, StateDraft } from './assembly.ts';

/** Computes the state at the start and refuses what physics cannot start from: what is below zero, or no number at all. */
export function checkStart(assembly: Assembly, model: Model): void {
  const parameters = model.parameters.map((parameter) => parameter.value);
  const state = new Float64Array(model.states.length);
  for (const slot of model.initialOrder)
    state[slot] = evaluate(model.graph, [model.initial[slot]!], { time: 0, state, parameters })[0]!;
  assembly.states.forEach((draft, slot) => {
    const value = state[slot]!;
    if (!Number.isFinite(value)) refuseUndefined(assembly, draft, value);
    else if (value < 0 && draft.info.nonNegative) refuseNegative(assembly, draft, value);
  });
}

function refuseUndefined(assembly: Assembly, { info, initialPlace }: StateDraft, value: number): void {
  assembly.problems.error(
    'MODEL_START_UNDEFINED',
    initialPlace ?? info.place ?? assembly.setup.place,
    `The ${info.says} at the start is ${value}: its formula has no value there.`,
    'Check for a division by zero or a logarithm of something that is not above 0.',
  );
}

function refuseNegative(assembly: Assembly, { info, initialPlace }: StateDraft, value: number): void {
  const place = initialPlace ?? assembly.setup.place ?? info.place;
  const amount = `${Number(fromBase(value, info.unit).toPrecision(4))} ${info.unit.text}`;
  // Nobody states the amount of water: it is what the density leaves beside the other species.
  if (initialPlace === undefined && info.species?.id === 'H2O')
    assembly.problems.error(
      'MODEL_CHARGE_NEGATIVE',
      place,
      `The ${info.phase} would hold ${amount} of water at the start: the other species weigh more than its density allows.`,
      'Charge less of them, or correct `density` of the phase.',
    );
  else
    assembly.problems.error(
      'MODEL_CHARGE_NEGATIVE',
      place,
      `The ${info.says} at the start is ${amount}; it cannot be below 0.`,
      'Write 0 or more.',
    );
}
