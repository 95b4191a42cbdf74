import {
  didYouMean,
  type Place,
  type Problems,
  parseUnit,
  type Quantity,
  sameDimension,
  type Unit,
} from '@fedbatch/vocabulary';
import { functionArity } from '../expression/expression.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import { Graph, type NodeId } from '../graph/graph.ts';
import type { FlowInfo, ParameterInfo, SpeciesInfo, StateInfo } from '../model.ts';
import type { ComponentFile } from '../read/component-file.ts';
import type { Located } from '../read/field.ts';
import {
  type Definition,
  define,
  type KinkTable,
  type NewDefinition,
  type ParsedText,
  type Scope,
} from './definition.ts';
import { Lowering } from './lower.ts';

/** A component under the name that the scenario gives it: `organism`, `vessel`, or a key of its own. */
export interface Part {
  readonly role: string;
  readonly file: ComponentFile;
}

/** What a scenario settles about a model. All maps keep the places of what they hold. */
export interface Setup {
  /** Concentrations, volume and other values at the start, by name. */
  readonly charge?: ReadonlyMap<string, Located<Quantity>>;
  /** Composition of entering streams: stream, species. */
  readonly streams?: ReadonlyMap<string, ReadonlyMap<string, Located<Quantity>>>;
  /** Parameters and inputs by id: `organism.qSmax`. */
  readonly parameters?: ReadonlyMap<string, Located<Quantity>>;
  /** Conditions that the caller wants located: `S < 0.05 g/L`. */
  readonly watches?: readonly { readonly id: string; readonly condition: Located<string> }[];
  /** Where the scenario's charge stands, for what is missing from it. */
  readonly place?: Place;
  /** 'probe' checks a component alone: needs, volume and start values that nothing gives are made up. */
  readonly mode?: 'scenario' | 'probe';
}

/** A part of a rate: a reaction, a stream, a transfer, or a rate of its own. */
export interface Contribution {
  readonly node: NodeId;
  readonly origin: string;
  readonly place?: Place;
}

/** A state while the model is being composed. */
export interface StateDraft {
  readonly info: StateInfo;
  readonly node: NodeId;
  /** What adds up to the rate, and what each part is called. */
  readonly terms: Contribution[];
  initial?: NodeId;
  /** Where the start value stands, for what is wrong with it. */
  initialPlace?: Place;
}

export interface PhaseDraft {
  readonly name: string;
  readonly part: Part;
  /** Node of its volume in L. */
  readonly volume: Definition;
  readonly volumeState?: StateDraft;
  /** Amount states by species id. */
  readonly amounts: Map<string, StateDraft>;
  readonly basis: Unit;
  /** In a phase whose volume is that of its contents, added up: what 1 g of water takes, L/g. */
  readonly waterVolume?: number;
  /** The organism lives in it: the broth, and phases that are `as: broth`. */
  readonly lives: boolean;
  /** It holds the species of the organism, living or not. */
  readonly carries: boolean;
}

export interface SpeciesDraft {
  readonly info: SpeciesInfo;
  readonly basis: Unit;
  readonly role?: string;
  readonly place?: Place;
  readonly initial?: Located<Quantity>;
  readonly carbon?: ParsedText;
  /** Dry mass of one cell, g. */
  readonly cellMass?: number;
  /** What 1 g of it adds to the volume, L/g. */
  readonly specificVolume: number;
  /** pKa of its acid groups in rising order. */
  readonly pKa: readonly number[];
  /** Whether it is held back with the cells; undefined: as its basis says. */
  readonly particulate?: boolean;
}

export const gram = parseUnit('g');
export const mole = parseUnit('mol');
export const litre = parseUnit('L');
export const hour = parseUnit('h');
export const none = parseUnit('-');

/** Names that formulas read as something else: time, functions, operators, and what the parser takes for a value. */
const wordsOfTheLanguage: ReadonlySet<string> = new Set([
  ...Object.keys(functionArity),
  ...['t', 'and', 'or', 'not', 'xor', 'mod', 'to', 'in', 'true', 'false', 'null', 'undefined', 'NaN', 'Infinity'],
]);

/** What all stages of composing share. */
export class Assembly {
  readonly graph = new Graph();
  readonly kinks: KinkTable = new Map();
  readonly problems: Problems;
  readonly lowering: Lowering;
  readonly parts: readonly Part[];
  readonly setup: Setup;
  readonly parameters: ParameterInfo[] = [];
  readonly states: StateDraft[] = [];
  readonly flows: FlowInfo[] = [];
  readonly species = new Map<string, SpeciesDraft>();
  readonly phases = new Map<string, PhaseDraft>();
  /** Amounts of species that no phase holds, or that are supplied on demand. */
  readonly exchanges = new Map<string, StateDraft>();
  /** Everything that is named, by id, in order of declaration. */
  readonly definitions = new Map<string, Definition>();
  /** What components may ask for, by bare name. */
  readonly published = new Map<string, Definition>();
  readonly #own = new Map<string, Map<string, Definition>>();
  readonly #scopes = new Map<string, Scope>();

  constructor(parts: readonly Part[], setup: Setup, problems: Problems) {
    this.parts = parts;
    this.setup = setup;
    this.problems = problems;
    this.lowering = new Lowering(this.graph, problems, this.kinks);
    for (const part of parts) this.#own.set(part.role, new Map());
  }

  /** Declares a name inside a component; two declarations of one name are refused. */
  declare(role: string, name: string, definition: NewDefinition): Definition {
    const made = define(definition);
    if (wordsOfTheLanguage.has(name))
      this.problems.error(
        'MODEL_NAME_FORM',
        definition.place,
        `\`${name}\` is a word of the language and cannot name a ${definition.kind}.`,
        'Give it another name.',
      );
    const own = this.#own.get(role)!;
    const other = own.get(name);
    if (other)
      this.problems.error(
        'MODEL_NAME_TWICE',
        definition.place,
        `\`${name}\` is declared twice in this file: as ${other.kind} and as ${definition.kind}.`,
        'Give one of them another name.',
      );
    own.set(name, made);
    if (!this.definitions.has(made.id)) this.definitions.set(made.id, made);
    return made;
  }

  /** Offers a definition to every component; two components that give one name are refused. */
  publish(name: string, definition: Definition, from: string, place: Place | undefined): void {
    const other = this.published.get(name);
    if (other !== undefined && other !== definition) {
      this.problems.error(
        'MODEL_NAME_GIVEN_TWICE',
        place,
        `\`${name}\` is given by two components: \`${other.id}\` and \`${from}.${name}\`.`,
        'Let one of them give it under another name, or leave one out of the scenario.',
        other.place && `The other stands at ${other.place.file}:${other.place.line}.`,
      );
      return;
    }
    this.published.set(name, definition);
    if (!this.definitions.has(definition.id)) this.definitions.set(definition.id, definition);
  }

  own(role: string): ReadonlyMap<string, Definition> {
    return this.#own.get(role)!;
  }

  /** A parameter slot with its value; the scenario's value wins over `value`. */
  parameter(info: Omit<ParameterInfo, 'value'> & { readonly value: number }): { slot: number; node: NodeId } {
    const override = this.setup.parameters?.get(info.id);
    const slot = this.parameters.length;
    this.parameters.push({ ...info, value: override ? this.#override(info, override) : info.value });
    return { slot, node: this.graph.parameter(slot) };
  }

  #override(info: Omit<ParameterInfo, 'value'>, { value, place }: Located<Quantity>): number {
    const { problems } = this;
    if (info.kind === 'constant') {
      problems.error(
        'MODEL_CONSTANT_CHANGED',
        place,
        `\`${info.id}\` is a constant and cannot be changed.`,
        'Declare it under `parameters` in its file if it is meant to vary.',
      );
    } else if (!sameDimension(value.unit.dimension, info.unit.dimension)) {
      problems.error(
        'MODEL_UNIT_CLASH',
        place,
        `\`${info.id}\` is in ${info.unit.text}, and the new value ${value.unit.text === '-' ? 'has no unit' : `in ${value.unit.text}`}.`,
        `Write a value in ${info.unit.text}.`,
      );
    } else if ((info.kind === 'charge' || info.kind === 'stream') && value.base < 0) {
      problems.error(
        'MODEL_CHARGE_NEGATIVE',
        place,
        `\`${info.id}\` = ${value.value} ${value.unit.text} is below 0.`,
        'Write 0 or more.',
      );
    } else if (info.kind === 'input' && info.range && (value.base < info.range.low || value.base > info.range.high)) {
      problems.error(
        'MODEL_INPUT_RANGE',
        place,
        `\`${info.id}\` = ${value.value} ${value.unit.text} lies outside its limits.`,
        `Choose a value from ${info.range.low / info.unit.factor} to ${info.range.high / info.unit.factor} ${info.unit.text}, or widen the range where the input is declared.`,
      );
    } else if (info.range && (value.base < info.range.low || value.base > info.range.high)) {
      problems.warn(
        'MODEL_PARAMETER_RANGE',
        place,
        `\`${info.id}\` = ${value.value} ${value.unit.text} lies outside the plausible range of its file.`,
        'Check the value; the run goes on with it.',
      );
    }
    return value.base;
  }

  /** The names that expressions of a component see: its own, what it needs, and `t`. */
  scope(role: string): Scope {
    const known = this.#scopes.get(role);
    if (known) return known;
    const own = this.#own.get(role)!;
    const needs = this.parts.find((part) => part.role === role)?.file.value.needs ?? new Map();
    const time = define({ id: 't', kind: 'time', says: 'time', unit: hour, make: () => this.graph.time() });
    const scope: Scope = {
      role,
      find: (name) =>
        own.get(name) ?? (needs.has(name) ? this.published.get(name) : undefined) ?? (name === 't' ? time : undefined),
      names: () => [...own.keys(), ...needs.keys(), 't'],
    };
    this.#scopes.set(role, scope);
    return scope;
  }

  /** A scope in which everything that has a name can be found: bare names where they are unique, ids, and spoken names. */
  openScope(): Scope {
    const byName = new Map<string, Definition | null>();
    const add = (name: string, definition: Definition): void => {
      const other = byName.get(name);
      byName.set(name, other === undefined || other === definition ? definition : null);
    };
    for (const own of this.#own.values()) for (const [name, definition] of own) add(name, definition);
    const find = (name: string): Definition | undefined =>
      this.definitions.get(name) ?? this.published.get(name) ?? byName.get(name) ?? undefined;
    return {
      role: '',
      find,
      names: () => [
        ...byName.keys(),
        ...this.definitions.keys(),
        ...[...this.definitions.values()].map(({ says }) => says),
      ],
    };
  }

  parse(source: Located<string>): ParsedText | undefined {
    const expression = parseExpression(source, this.problems);
    return expression && { source, expression };
  }

  phaseNamed(name: string, place: Place): PhaseDraft | undefined {
    const phase = this.phases.get(name);
    if (phase) return phase;
    return this.problems.error(
      'MODEL_PHASE_UNKNOWN',
      place,
      `There is no phase \`${name.slice(0, 60)}\`.${didYouMean(name, this.phases.keys())}`,
      `Phases are ${[...this.phases.keys()].join(', ') || 'declared under `phases` of the vessel'}.`,
    );
  }

  speciesNamed(id: string, place: Place): SpeciesDraft | undefined {
    const species = this.species.get(id);
    if (species) return species;
    return this.problems.error(
      'MODEL_SPECIES_UNKNOWN',
      place,
      `There is no species \`${id.slice(0, 60)}\`.${didYouMean(id, this.species.keys())}`,
      'Declare it under `species`, with its formula.',
    );
  }
}

/** The name by which expressions call a species: `NH4+` is `NH4`. */
export function symbolOf(species: string): string {
  return species.replace(/[+-]$/, '');
}
