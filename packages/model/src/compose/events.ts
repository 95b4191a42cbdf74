import {
  didYouMean,
  parseQuantity,
  type Quantity,
  sameDimension,
  timeDimension,
  UnitError,
} from '@fedbatch/vocabulary';
import { evaluateConstant } from '../graph/evaluate.ts';
import { type Graph, type NodeId, Op } from '../graph/graph.ts';
import type { EventInfo } from '../model.ts';
import type { Located } from '../read/field.ts';
import { type Assembly, type Part, symbolOf } from './assembly.ts';
import type { Scope } from './definition.ts';

/** The events of all components, then the conditions that the caller watches. */
export function composeEvents(assembly: Assembly): EventInfo[] {
  const events: EventInfo[] = [];
  for (const part of assembly.parts) {
    for (const [name, entry] of part.file.value.events ?? []) {
      const event = composeEvent(assembly, part, name, entry);
      if (event) events.push(event);
    }
  }
  for (const watch of assembly.setup.watches ?? []) {
    const plain = inPlainNames(assembly, watch.condition);
    const crossing = plain && lowerCondition(assembly, plain, assembly.openScope());
    if (crossing) {
      events.push({
        id: watch.id,
        says: watch.condition.value,
        place: watch.condition.place,
        kind: 'crossing',
        ...crossing,
        repeats: 'always',
        set: [],
        origin: 'watch',
      });
    }
  }
  return events;
}

/**
 * A watched condition may use words: `glucose is exhausted`, `dissolved oxygen < 15 %`. Words become the name they stand for, so
 * that one grammar reads both.
 */
function inPlainNames(assembly: Assembly, condition: Located<string>): Located<string> | undefined {
  const exhausted = /^(.+?)\s+is\s+exhausted$/.exec(condition.value);
  if (exhausted) {
    const wanted = exhausted[1]!.toLowerCase();
    const found = [...assembly.species.values()].find(
      ({ info }) => info.id.toLowerCase() === wanted || info.name.toLowerCase() === wanted,
    );
    if (found)
      return { ...condition, value: `${symbolOf(found.info.id)} < ${found.info.exhausted} ${found.basis.text}/L` };
    const names = [...assembly.species.values()].flatMap(({ info }) => [info.id, info.name]);
    return unknownWords(assembly, exhausted[1]!, names, condition);
  }
  const split = /^([^<>]+?)(\s*[<>].*)$/.exec(condition.value);
  const spoken =
    split &&
    [...assembly.definitions.values()].find(
      (definition) => definition.says.toLowerCase() === split[1]!.trim().toLowerCase(),
    );
  if (spoken) return { ...condition, value: `${spoken.id}${split[2]!}` };
  // Two words side by side are never a formula.
  if (split && /^[A-Za-z]+( [A-Za-z]+)+$/.test(split[1]!.trim())) {
    const names = [...assembly.definitions.values()].map(({ says }) => says);
    return unknownWords(assembly, split[1]!.trim(), names, condition);
  }
  return /[<>]/.test(condition.value) ? condition : noCondition(assembly, condition);
}

/** What is no comparison may be words or the id of an event, mistyped. */
function noCondition(assembly: Assembly, { value, place }: Located<string>): undefined {
  const words = [...assembly.species.values()].map(({ info }) => `${info.name} is exhausted`);
  const events = assembly.parts.flatMap(({ role, file }) =>
    [...(file.value.events?.keys() ?? [])].map((name) => `${role}.${name}`),
  );
  return assembly.problems.error(
    'MODEL_EVENT_FORM',
    place,
    `\`${value.slice(0, 80)}\` is no condition.${didYouMean(value, [...words, ...events])}`,
    `Write a comparison, as \`S < 0.05 g/L\`, ${events.length > 0 ? `an event (${events.join(', ')}), ` : ''}or of a species that it is used up, as \`glucose is exhausted\`.`,
  );
}

function unknownWords(
  assembly: Assembly,
  words: string,
  names: readonly string[],
  { place }: Located<string>,
): undefined {
  return assembly.problems.error(
    'MODEL_SYMBOL_UNKNOWN',
    place,
    `Nothing is called \`${words.slice(0, 60)}\` here.${didYouMean(words, names)}`,
    'Name a species, a quantity, a state or an input by its id or its words; `fedbatch explain` lists them all.',
  );
}

type EventEntry = NonNullable<Part['file']['value']['events']> extends ReadonlyMap<string, infer T> ? T : never;

function composeEvent(assembly: Assembly, part: Part, name: string, entry: EventEntry): EventInfo | undefined {
  const { problems } = assembly;
  if ((entry.when === undefined) === (entry.at === undefined)) {
    return problems.error(
      'MODEL_EVENT_FORM',
      entry.place,
      `The event \`${name}\` needs exactly one of \`when\` and \`at\`.`,
      '`when: S < limit` for a crossing, `at: 9 h` for a time.',
    );
  }
  const scope = assembly.scope(part.role);
  const set = [...(entry.set ?? [])].map(([held, source]) => lowerSet(assembly, part, held, source, scope));
  const trigger = entry.when
    ? lowerCondition(assembly, entry.when, scope)
    : lowerTime(assembly, entry.at!, scope, name);
  if (!trigger || set.some((item) => item === undefined)) return undefined;
  return {
    id: `${part.role}.${name}`,
    says: entry.says ?? name,
    place: entry.place,
    kind: entry.when ? 'crossing' : 'time',
    ...trigger,
    repeats: entry.repeats?.value ?? 'always',
    set: set as { slot: number; node: NodeId }[],
    origin: 'model',
  };
}

function lowerSet(
  assembly: Assembly,
  part: Part,
  held: string,
  source: Located<string>,
  scope: Scope,
): { slot: number; node: NodeId } | undefined {
  const definition = assembly.own(part.role).get(held);
  if (definition?.kind !== 'held' || definition.slot === undefined) {
    const known = [...(part.file.value.held?.keys() ?? [])];
    return assembly.problems.error(
      'MODEL_EVENT_SET',
      source.place,
      `\`${held}\` is not a held value of this file, so an event cannot set it.${didYouMean(held, known)}`,
      'Declare it under `held`; amounts change only through rates and streams.',
    );
  }
  const parsed = assembly.parse(source);
  const node =
    parsed && assembly.lowering.lowerAs(parsed, scope, definition.unit.dimension, `The new value of \`${held}\``);
  return node === undefined ? undefined : { slot: definition.slot, node };
}

function lowerTime(
  assembly: Assembly,
  source: Located<string>,
  scope: Scope,
  name: string,
): { node: NodeId; direction: 0 } | undefined {
  const literal = quantityIn(source.value);
  if (literal) {
    if (sameDimension(literal.unit.dimension, timeDimension))
      return checkedTime(assembly, assembly.graph.constant(literal.base), source, name);
    return assembly.problems.error(
      'MODEL_UNIT_CLASH',
      source.place,
      `The event \`${name}\` is at \`${source.value}\`, which is not a time.`,
      'Write a time such as 9 h.',
    );
  }
  const parsed = assembly.parse(source);
  const node = parsed && assembly.lowering.lowerAs(parsed, scope, timeDimension, `The time of \`${name}\``);
  return node === undefined ? undefined : checkedTime(assembly, node, source, name);
}

/** A time that parameters settle, not before the start: it is looked up once, before the run. */
function checkedTime(
  assembly: Assembly,
  node: NodeId,
  source: Located<string>,
  name: string,
): { node: NodeId; direction: 0 } | undefined {
  const values = assembly.parameters.map((parameter) => parameter.value);
  if (restsOnState(assembly.graph, node))
    return assembly.problems.error(
      'MODEL_EVENT_FORM',
      source.place,
      `The time of the event \`${name}\` changes with the state: \`${source.value.slice(0, 80)}\`.`,
      'Write a time that parameters settle, or a condition under `when`.',
    );
  const time = evaluateConstant(assembly.graph, node, values);
  if (time >= 0) return { node, direction: 0 };
  return assembly.problems.error(
    'MODEL_EVENT_FORM',
    source.place,
    `The event \`${name}\` is at ${time} h; a run starts at 0 h.`,
    'Write a time of 0 h or later.',
  );
}

/**
 * `LEFT < RIGHT` or `LEFT > RIGHT`, where RIGHT may be a number with a unit. The event function is LEFT - RIGHT; it fires when the
 * comparison becomes true.
 */
export function lowerCondition(
  assembly: Assembly,
  source: Located<string>,
  scope: Scope,
): { node: NodeId; direction: 1 | -1 } | undefined {
  const match = /^([^<>]+)([<>])=?([^<>=]+)$/.exec(source.value);
  if (!match) {
    return assembly.problems.error(
      'MODEL_EVENT_FORM',
      source.place,
      `\`${source.value.slice(0, 80)}\` is not a comparison of two values.`,
      'Write one comparison, as in `S < 0.05 g/L`.',
    );
  }
  const [, left, sign, right] = match as unknown as [string, string, '<' | '>', string];
  const offset = (text: string, from: number): Located<string> => {
    const lead = text.length - text.trimStart().length;
    return { value: text.trim(), place: { ...source.place, column: source.place.column + from + lead } };
  };
  const parsed = assembly.parse(offset(left, 0));
  const lowered = parsed && assembly.lowering.lower(parsed, scope);
  if (!parsed || !lowered || lowered.dimension === 'logical') return undefined;
  const direction = sign === '<' ? -1 : 1;
  const literal = quantityIn(right);
  // A bare zero fits any unit, as it does in formulas.
  if (literal && !(literal.base === 0 && literal.unit.text === '-')) {
    const dimension = lowered.dimension === 'any' ? literal.unit.dimension : lowered.dimension;
    if (!sameDimension(dimension, literal.unit.dimension)) {
      return assembly.problems.error(
        'MODEL_UNIT_CLASH',
        source.place,
        `\`${source.value}\` compares a value with one in ${literal.unit.text}, which is another kind of unit.`,
        'Write the limit in a unit of the same kind.',
      );
    }
    return { node: assembly.graph.subtract(lowered.node, assembly.graph.constant(literal.base)), direction };
  }
  const limit = assembly.parse(offset(right, match[1]!.length + 1));
  if (!limit) return undefined;
  const dimension = lowered.dimension === 'any' ? timeDimension : lowered.dimension;
  const node = assembly.lowering.lowerAs(limit, scope, dimension, `The limit in \`${source.value}\``);
  return node === undefined ? undefined : { node: assembly.graph.subtract(lowered.node, node), direction };
}

function restsOnState(graph: Graph, node: NodeId): boolean {
  const changing: readonly Op[] = [Op.state, Op.time, Op.unknown];
  return [...graph.reachable([node])].some((id) => changing.includes(graph.ops[id]!));
}

/** A number with a unit, or undefined when the text is a formula. */
function quantityIn(text: string): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof UnitError) return undefined;
    throw error;
  }
}
