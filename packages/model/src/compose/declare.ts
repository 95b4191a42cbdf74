import {
  divideDimensions,
  parseRange,
  parseUnit,
  sameDimension,
  timeDimension,
  toBase,
  type Unit,
  UnitError,
} from '@fedbatch/vocabulary';
import { formatExpression } from '../expression/expression.ts';
import type { NodeId } from '../graph/graph.ts';
import type { ParameterInfo, UnknownInfo } from '../model.ts';
import { sourceOf } from '../read/extend-component.ts';
import type { Located } from '../read/field.ts';
import type { Assembly, Part } from './assembly.ts';
import { define } from './definition.ts';

/** Constants of nature that any component may need: CODATA 2018 (exact since the SI of 2019). */
const nature = [
  { name: 'R', says: 'molar gas constant', unit: 'J/mol/K', value: 8.31446261815324, source: 'CODATA 2018' },
  {
    name: 'faraday',
    says: 'Faraday constant in energy per volt and mol',
    unit: 'J/mol',
    value: 96485.33212,
    source: 'CODATA 2018',
  },
] as const;

export function declareNature(assembly: Assembly): void {
  for (const { name, says, unit, value, source } of nature) {
    const read = parseUnit(unit);
    const node = assembly.graph.constant(toBase(value, read));
    assembly.publish(
      name,
      define({ id: name, kind: 'nature', says, unit: read, source, make: () => node }),
      'nature',
      undefined,
    );
  }
}

/** Declares what stands under parameters, constants, inputs, held, quantities, unknowns and states of one component. */
export function declareNames(assembly: Assembly, part: Part, unknowns: UnknownInfo[]): void {
  declareParameters(assembly, part, 'parameters');
  declareParameters(assembly, part, 'constants');
  declareInputs(assembly, part);
  declareStarts(assembly, part);
  declareStreamTemperatures(assembly, part);
  declareHeld(assembly, part);
  declareQuantities(assembly, part);
  declareUnknowns(assembly, part, unknowns);
  declareStates(assembly, part);
}

function declareParameters(assembly: Assembly, part: Part, key: 'parameters' | 'constants'): void {
  const kind = key === 'parameters' ? 'parameter' : 'constant';
  for (const [name, entry] of part.file.value[key] ?? []) {
    const { unit } = entry.value.value;
    const range = entry.range && readRange(assembly, entry.range, unit);
    const id = `${part.role}.${name}`;
    const source = sourceOf(part.file.value.source, entry.source);
    const info: ParameterInfo = {
      id,
      kind,
      says: entry.says ?? name,
      unit,
      place: entry.value.place,
      source,
      value: entry.value.value.base,
      ...(range && { range }),
      ...(entry.spread && { spread: entry.spread.value.base }),
      ...(entry.distribution && { distribution: entry.distribution.value }),
    };
    warnOutside(assembly, info, entry.value);
    if (entry.spread && entry.spread.value.base < 0)
      assembly.problems.error(
        'MODEL_NUMBER_RANGE',
        entry.spread.place,
        `The spread of \`${id}\` is ${entry.spread.value.value} ${entry.spread.value.unit.text}; it cannot be below 0.`,
        'Write the relative standard deviation, as in 10 %.',
      );
    const { slot, node } = assembly.parameter(info);
    assembly.declare(part.role, name, {
      id,
      kind,
      says: info.says,
      unit,
      place: entry.value.place,
      source,
      slot,
      make: () => node,
    });
  }
}

function warnOutside(assembly: Assembly, info: ParameterInfo, value: Located<{ value: number }>): void {
  if (info.range && (info.value < info.range.low || info.value > info.range.high)) {
    assembly.problems.error(
      'MODEL_PARAMETER_RANGE',
      value.place,
      `\`${info.id}\` = ${value.value.value} ${info.unit.text} lies outside its own range.`,
      'Correct the value or the range.',
    );
  }
}

export function readRange(
  assembly: Assembly,
  source: Located<string>,
  unit: Unit,
): { low: number; high: number } | undefined {
  try {
    const range = parseRange(source.value, unit);
    if (range.low < range.high) return range;
    return assembly.problems.error(
      'MODEL_RANGE_FORM',
      source.place,
      `The range \`${source.value}\` does not rise.`,
      'Write the lower limit first, as in 0.3..1.0.',
    );
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    return assembly.problems.error(
      'MODEL_RANGE_FORM',
      source.place,
      error.message,
      'Write a range as in 0.3..1.0, or 0..2 L/h.',
    );
  }
}

function declareInputs(assembly: Assembly, part: Part): void {
  for (const [name, entry] of part.file.value.inputs ?? []) {
    const unit = entry.unit.value;
    const range = readRange(assembly, entry.range, unit);
    const initial = assembly.setup.charge?.get(name) ?? entry.default;
    if (!sameDimension(initial.value.unit.dimension, unit.dimension)) {
      assembly.problems.error(
        'MODEL_UNIT_CLASH',
        initial.place,
        `The input \`${name}\` is in ${unit.text}, and this value in ${initial.value.unit.text}.`,
        `Write a value in ${unit.text}.`,
      );
    } else if (range && (initial.value.base < range.low || initial.value.base > range.high)) {
      assembly.problems.error(
        'MODEL_INPUT_RANGE',
        initial.place,
        `The input \`${name}\` = ${initial.value.value} ${initial.value.unit.text} lies outside its limits ${entry.range.value}.`,
        'Choose a value inside them.',
      );
    }
    const id = `${part.role}.${name}`;
    const { slot, node } = assembly.parameter({
      id,
      kind: 'input',
      says: entry.says ?? name,
      unit,
      place: entry.place,
      value: initial.value.base,
      ...(range && { range }),
    });
    assembly.declare(part.role, name, {
      id,
      kind: 'input',
      says: entry.says ?? name,
      unit,
      place: entry.place,
      slot,
      make: () => node,
    });
  }
}

/** What the charge states beside species and volume, under `start.name`. */
function declareStarts(assembly: Assembly, part: Part): void {
  for (const [name, entry] of part.file.value.charge ?? []) {
    const unit = entry.unit.value;
    const given = assembly.setup.charge?.get(name) ?? entry.default;
    const range = entry.range && readRange(assembly, entry.range, unit);
    const says = entry.says ?? name;
    if (range && (given.value.base < range.low || given.value.base > range.high))
      assembly.problems.error(
        'MODEL_INPUT_RANGE',
        given.place,
        `The charge of \`${name}\` = ${given.value.value} ${given.value.unit.text} lies outside its limits ${entry.range!.value}.`,
        'Choose a value inside them.',
      );
    const node = chargeParameter(assembly, name, given, unit, says);
    const definition = { id: `charge.${name}`, kind: 'parameter' as const, says: `${says} at the start`, unit };
    assembly.declare(part.role, `start.${name}`, { ...definition, place: entry.place, make: () => node });
  }
}

/** The temperature that a stream enters with, as `feed.temperature`. */
function declareStreamTemperatures(assembly: Assembly, part: Part): void {
  const unit = parseUnit('degC');
  for (const [name, entry] of part.file.value.streams ?? []) {
    const own = entry.carries?.get('temperature');
    const given = assembly.setup.streams?.get(name)?.get('temperature') ?? own;
    if (!given || !own) continue;
    const says = `temperature of the stream ${name}`;
    if (!sameDimension(given.value.unit.dimension, unit.dimension))
      assembly.problems.error(
        'MODEL_UNIT_CLASH',
        given.place,
        `The ${says} is in ${given.value.unit.text}.`,
        'Write a temperature, as in 20 degC.',
      );
    const id = `streams.${name}.temperature`;
    const { node } = assembly.parameter({
      id,
      kind: 'stream',
      says,
      unit,
      place: given.place,
      value: given.value.base,
    });
    assembly.declare(part.role, `${name}.temperature`, {
      id,
      kind: 'parameter',
      says,
      unit,
      place: given.place,
      make: () => node,
    });
  }
}

function declareHeld(assembly: Assembly, part: Part): void {
  for (const [name, entry] of part.file.value.held ?? []) {
    const unit = entry.unit.value;
    const id = `${part.role}.${name}`;
    const { slot, node } = assembly.parameter({
      id,
      kind: 'held',
      says: entry.says ?? name,
      unit,
      place: entry.place,
      value: entry.initial.value.base,
    });
    if (!sameDimension(unit.dimension, entry.initial.value.unit.dimension)) {
      assembly.problems.error(
        'MODEL_UNIT_CLASH',
        entry.initial.place,
        `\`${name}\` is held in ${unit.text} and starts at a value in ${entry.initial.value.unit.text}.`,
        `Write a value in ${unit.text}.`,
      );
    }
    assembly.declare(part.role, name, {
      id,
      kind: 'held',
      says: entry.says ?? name,
      unit,
      place: entry.place,
      slot,
      make: () => node,
    });
  }
}

function declareQuantities(assembly: Assembly, part: Part): void {
  const scope = assembly.scope(part.role);
  for (const [name, entry] of part.file.value.quantities ?? []) {
    const parsed = assembly.parse(entry.is);
    const unit = entry.unit.value;
    const make = (): NodeId | undefined =>
      parsed && assembly.lowering.lowerAs(parsed, scope, unit.dimension, `\`${name}\``);
    assembly.declare(part.role, name, {
      id: `${part.role}.${name}`,
      kind: 'quantity',
      says: entry.says ?? name,
      unit,
      place: entry.is.place,
      ...(parsed && { formula: parsed.expression }),
      make,
    });
  }
}

function declareUnknowns(assembly: Assembly, part: Part, unknowns: UnknownInfo[]): void {
  for (const [name, entry] of part.file.value.unknowns ?? []) {
    const parsed = assembly.parse(entry.zero);
    const bracket = readRange(assembly, entry.between, entry.unit.value);
    if (!parsed || !bracket) continue;
    const { graph } = assembly;
    const node = graph.unknown();
    const index = graph.unknowns.length - 1;
    graph.unknowns[index]!.low = graph.constant(bracket.low);
    graph.unknowns[index]!.high = graph.constant(bracket.high);
    const definition = {
      id: `${part.role}.${name}`,
      says: entry.says ?? name,
      unit: entry.unit.value,
      place: entry.zero.place,
    };
    assembly.declare(part.role, name, { ...definition, kind: 'unknown', formula: parsed.expression, make: () => node });
    unknowns.push({ ...definition, index, residual: parsed.expression });
  }
}

/** Lowers the equations of the unknowns, once everything that they may mention is declared. */
export function equateUnknowns(assembly: Assembly): void {
  for (const part of assembly.parts) {
    for (const [name, entry] of part.file.value.unknowns ?? []) {
      const definition = assembly.own(part.role).get(name);
      const parsed = assembly.parse(entry.zero);
      if (!definition || !parsed || definition.kind !== 'unknown') continue;
      const residual = assembly.lowering.lower(parsed, assembly.scope(part.role));
      const node = assembly.lowering.resolve(definition);
      if (residual && node !== undefined) assembly.graph.unknowns[assembly.graph.a[node]!]!.residual = residual.node;
    }
  }
}

function declareStates(assembly: Assembly, part: Part): void {
  for (const [name, entry] of part.file.value.states ?? []) {
    const unit = entry.unit.value;
    const id = `${part.role}.${name}`;
    const node = assembly.graph.state(assembly.states.length);
    const info = {
      id,
      says: entry.says ?? name,
      unit,
      place: entry.place,
      kind: 'plain' as const,
      nonNegative: entry.sign?.value === 'nonnegative',
      scale: unit.factor,
    };
    assembly.states.push({ info, node, terms: [] });
    assembly.declare(part.role, name, {
      id,
      kind: 'state',
      says: info.says,
      unit,
      place: entry.place,
      make: () => node,
    });
  }
}

/** Rates and start values of plain states, once all names are declared. */
export function equateStates(assembly: Assembly, part: Part): void {
  const scope = assembly.scope(part.role);
  for (const [name, entry] of part.file.value.states ?? []) {
    const draft = assembly.states.find(({ info }) => info.id === `${part.role}.${name}`)!;
    const rate = assembly.parse(entry.rate);
    const unit = entry.unit.value;
    const wanted = divideDimensions(unit.dimension, timeDimension);
    const node = rate && assembly.lowering.lowerAs(rate, scope, wanted, `The rate of \`${name}\``);
    if (node !== undefined)
      draft.terms.push({ node, origin: formatExpression(rate!.expression), place: entry.rate.place });
    const given = assembly.setup.charge?.get(name);
    const startPlace = given?.place ?? entry.initial?.place;
    if (startPlace) draft.initialPlace = startPlace;
    if (given) draft.initial = chargeParameter(assembly, name, given, unit, draft.info.says);
    else if (entry.initial) {
      const parsed = assembly.parse(entry.initial);
      const start = parsed && assembly.lowering.lowerAs(parsed, scope, unit.dimension, `The start of \`${name}\``);
      if (start !== undefined) draft.initial = start;
    }
  }
}

/** A start value from the scenario, as a parameter that studies can vary. */
export function chargeParameter(
  assembly: Assembly,
  name: string,
  { value, place }: Located<{ base: number; unit: Unit }>,
  unit: Unit,
  says: string,
): NodeId {
  if (!sameDimension(value.unit.dimension, unit.dimension)) {
    assembly.problems.error(
      'MODEL_UNIT_CLASH',
      place,
      `The charge of \`${name}\` is in ${value.unit.text}, where a value in ${unit.text} is needed.`,
      `Write it in ${unit.text}.`,
    );
  }
  return assembly.parameter({
    id: `charge.${name}`,
    kind: 'charge',
    says: `${says} at the start`,
    unit,
    place,
    value: value.base,
  }).node;
}
