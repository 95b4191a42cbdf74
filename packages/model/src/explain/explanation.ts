import { fromBase, type Unit } from '@fedbatch/vocabulary';
import { symbolOf } from '../compose/assembly.ts';
import { brothName } from '../compose/species.ts';
import type { Expression } from '../expression/expression.ts';
import { evaluateConstant } from '../graph/evaluate.ts';
import type { Model } from '../model.ts';

/** A model laid out for a reader: sections of rows, still free of any way to show them. */
export interface Explanation {
  readonly title: string;
  readonly components: readonly {
    readonly role: string;
    readonly title: string;
    readonly source: string;
    readonly file: string;
  }[];
  readonly states: readonly ExplainedState[];
  readonly quantities: readonly ExplainedFormula[];
  readonly reactions: readonly {
    readonly id: string;
    readonly says: string;
    readonly rate: Expression;
    readonly stoichiometry: string;
    readonly where: string;
  }[];
  /** Streams and transfers: what they move, and how much of it an hour. */
  readonly flows: readonly {
    readonly id: string;
    readonly says: string;
    readonly moves: string;
    readonly formula: Expression;
    readonly where: string;
  }[];
  readonly parameters: readonly ExplainedValue[];
  readonly events: readonly { readonly id: string; readonly says: string; readonly where: string }[];
}

export interface ExplainedState {
  readonly id: string;
  readonly says: string;
  readonly unit: string;
  readonly kind: string;
  /** The parts that its rate of change adds up. */
  readonly rate: readonly string[];
}

export interface ExplainedFormula {
  readonly id: string;
  readonly says: string;
  readonly unit: string;
  readonly formula?: Expression;
  readonly source?: string;
  readonly where: string;
}

export interface ExplainedValue {
  readonly id: string;
  readonly says: string;
  readonly kind: string;
  readonly value: number;
  readonly unit: string;
  readonly range?: string;
  readonly source: string;
  readonly where: string;
}

/** Gathers every symbol of a model with its unit, value, formula, source and place. */
export function explainModel(model: Model): Explanation {
  const unknowns = new Map(model.unknowns.map((unknown) => [unknown.id, unknown.residual]));
  const concentrations = concentrationFormulas(model);
  return {
    title: model.components.map(({ title }) => title).join(' in '),
    components: model.components.map(({ role, title, source, file }) => ({ role, title, source, file })),
    states: model.states.map((state, slot) => ({
      id: state.id,
      says: state.says,
      unit: state.unit.text,
      kind: state.kind,
      rate: model.origins[slot]!,
    })),
    quantities: model.outputs
      .filter(({ kind }) => kind === 'quantity' || kind === 'concentration')
      .map((output) => {
        const formula = unknowns.get(output.id) ?? output.formula ?? concentrations.get(output.id);
        const says = unknowns.has(output.id) ? `${output.says} (the value at which the formula is zero)` : output.says;
        return {
          id: output.id,
          says,
          unit: output.unit.text,
          where: whereOf(output),
          ...(formula && { formula }),
          ...(output.source && { source: output.source }),
        };
      }),
    reactions: model.reactions.map((reaction) => ({
      id: reaction.id,
      says: reaction.says,
      rate: reaction.rateFormula,
      stoichiometry: stoichiometry(model, reaction),
      where: whereOf(reaction),
    })),
    flows: model.flows.map((flow) => ({
      id: flow.id,
      says: flow.says,
      moves: flow.moves,
      formula: flow.formula,
      where: whereOf(flow),
    })),
    parameters: model.parameters.map((parameter) => ({
      id: parameter.id,
      says: parameter.says,
      kind: parameter.kind,
      value: fromBase(parameter.value, parameter.unit),
      unit: parameter.unit.text,
      source: parameter.source ?? '',
      where: whereOf(parameter),
      ...(parameter.range && { range: rangeText(parameter.range, parameter.unit) }),
    })),
    events: model.events.map((event) => ({ id: event.id, says: event.says, where: whereOf(event) })),
  };
}

/** States are amounts; that a concentration is amount over volume is written nowhere, and shown all the same. */
function concentrationFormulas(model: Model): Map<string, Expression> {
  const name = (id: string): Expression => ({ kind: 'name', name: id });
  const formulas = new Map<string, Expression>();
  for (const { id, kind, phase, species } of model.states) {
    if (kind !== 'amount') continue;
    const broth = phase === brothName;
    const volume = broth ? model.broth.volume : `${phase}.volume`;
    const symbol = `${broth ? '' : `${phase}.`}${symbolOf(species!.id)}`;
    formulas.set(symbol, { kind: 'binary', op: 'divide', left: name(id), right: name(volume) });
  }
  return formulas;
}

function whereOf({ place }: { readonly place?: { readonly file: string; readonly line: number } }): string {
  return place ? `${place.file}:${place.line}` : '';
}

function rangeText({ low, high }: { readonly low: number; readonly high: number }, unit: Unit): string {
  return `${Number(fromBase(low, unit).toPrecision(6))} to ${Number(fromBase(high, unit).toPrecision(6))}`;
}

function stoichiometry(model: Model, reaction: Model['reactions'][number]): string {
  const values = model.parameters.map((parameter) => parameter.value);
  const terms = reaction.terms.map((term) => ({
    name: term.species.name,
    amount: evaluateConstant(model.graph, term.coefficient, values),
  }));
  const side = (sign: number): string =>
    terms
      .filter(({ amount }) => amount * sign > 0)
      .map(({ name, amount }) => `${Number(Math.abs(amount).toPrecision(4))} ${name}`)
      .join(' + ') || 'nothing';
  return `${side(-1)} → ${side(1)}`;
}
