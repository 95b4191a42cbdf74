import { fromBase } from '@fedbatch/vocabulary';
import { evaluate, type Leaves } from '../graph/evaluate.ts';
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
    else if (draft.info.nonNegative && (value < 0 || (value === 0 && draft.info.kind === 'volume')))
      refuseNegative(assembly, draft, value);
  });
  if (assembly.problems.errors.length === 0) checkRates(assembly, { time: 0, state, parameters });
}

/** A rate without a value would stop the run in its first step; here it still has a name and a place. */
function checkRates(assembly: Assembly, leaves: Leaves): void {
  const told = new Set<string>();
  for (const { info, terms } of assembly.states) {
    for (const { node, origin, place } of terms) {
      const [value] = evaluate(assembly.graph, [node], leaves);
      const name = origin.replace(/^[+-] /, '');
      if (Number.isFinite(value) || told.has(name)) continue;
      told.add(name);
      assembly.problems.error(
        'MODEL_START_UNDEFINED',
        place ?? info.place ?? assembly.setup.place,
        `The rate of \`${name.slice(0, 100)}\` at the start is ${value}.`,
        'Check for a division by zero, a logarithm of something that is not above 0, or an unknown without a root in its bracket.',
      );
    }
  }
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
      `The ${info.says} at the start is ${amount}; it ${info.kind === 'volume' ? 'must be above' : 'cannot be below'} 0.`,
      info.kind === 'volume' ? 'Write the volume that the vessel is charged with.' : 'Write 0 or more.',
    );
}
