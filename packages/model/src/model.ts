import type { Place, Unit } from '@fedbatch/vocabulary';
import type { Closure } from './balance/close-reaction.ts';
import type { Composition } from './balance/formula.ts';
import type { Expression } from './expression/expression.ts';
import type { Graph, NodeId } from './graph/graph.ts';

/** What every named thing of a model tells of itself. */
export interface Named {
  /** Stable and unique: `X`, `gas.O2`, `organism.qS`, `streams.feed.S`. */
  readonly id: string;
  readonly says: string;
  readonly unit: Unit;
  readonly place?: Place;
  readonly source?: string;
}

export interface SpeciesInfo {
  readonly id: string;
  readonly name: string;
  readonly composition?: Composition;
  /** Concentration below which it counts as exhausted, base units. */
  readonly exhausted: number;
}

export interface StateInfo extends Named {
  /** 'amount' of a species in a phase, 'volume', 'plain', 'exchange' (supplied on demand or by the surroundings), 'ledger' of the audit. */
  readonly kind: 'amount' | 'volume' | 'plain' | 'exchange' | 'ledger';
  readonly species?: SpeciesInfo;
  readonly phase?: string;
  /** mol of species for one unit of the state (amounts and exchanges with a formula). */
  readonly molPerUnit?: number;
  readonly nonNegative: boolean;
  /** A value of usual size, base units: absolute tolerance is relative tolerance times this times 1e-3. */
  readonly scale: number;
}

export interface ParameterInfo extends Named {
  readonly kind: 'parameter' | 'constant' | 'input' | 'stream' | 'charge' | 'held';
  /** Base units. */
  readonly value: number;
  readonly range?: { readonly low: number; readonly high: number };
  readonly spread?: number;
  readonly distribution?: 'normal' | 'lognormal' | 'uniform';
}

export interface OutputInfo extends Named {
  readonly kind: 'concentration' | 'amount' | 'quantity' | 'input' | 'ledger';
  readonly node: NodeId;
  /** Formula as written, where it has one. */
  readonly formula?: Expression;
}

export interface EventInfo {
  readonly id: string;
  readonly says: string;
  readonly place?: Place;
  /** 'crossing': an event function crosses zero. 'time': at a time that parameters give. */
  readonly kind: 'crossing' | 'time';
  /** The event function, or the time in h. */
  readonly node: NodeId;
  readonly direction: -1 | 0 | 1;
  readonly repeats: 'once' | 'always';
  /** Held values to set: parameter slot and new value, all evaluated before any is set. */
  readonly set: readonly { readonly slot: number; readonly node: NodeId }[];
  /** The model's own event, or a condition that the caller watches. */
  readonly origin: 'model' | 'watch';
}

export interface ReactionTerm {
  readonly species: SpeciesInfo;
  /** Made (positive) or used (negative) for one unit of rate, in the unit of the species' state. */
  readonly coefficient: NodeId;
  /** The same in mol; undefined for a species without formula. */
  readonly molar?: NodeId;
  readonly given: 'stated' | 'solved';
}

export interface ReactionInfo extends Named {
  readonly phase: string;
  /** Rate over the whole phase, rate basis per h. */
  readonly rate: NodeId;
  readonly rateFormula: Expression;
  readonly terms: readonly ReactionTerm[];
  /** undefined where a species has no formula. */
  readonly closure?: Closure;
  readonly balance: 'closed' | 'as-published';
  /** Carbon in and out with the contents that the source itself states, mol per mol of carbon in. */
  readonly publishedCarbon?: { readonly in: number; readonly out: number };
}

/** A stream or a transfer between phases, as its file states it. */
export interface FlowInfo {
  readonly id: string;
  /** `into broth`, `from gas`, `oxygen from gas to broth`. */
  readonly moves: string;
  readonly says: string;
  readonly place: Place;
  readonly formula: Expression;
  readonly kind: 'stream' | 'transfer';
}

/** What a file says must close beside elements, charge and mass: energy, say. */
export interface BalanceInfo extends Named {
  /** What the plant holds. */
  readonly holds: NodeId;
  /** States that add up what entered and what left. */
  readonly in: number;
  readonly out: number;
}

export interface UnknownInfo extends Named {
  readonly index: number;
  readonly residual: Expression;
}

/** Where a component's own title, source and formulas came from. */
export interface ComponentInfo {
  readonly role: string;
  readonly kind: 'organism' | 'vessel' | 'component';
  readonly title: string;
  readonly file: string;
  readonly source: string;
}

export interface Feeding {
  readonly substrate: string;
  /** g/g */
  readonly yield: number;
  readonly source: string;
}

/** A composed, checked, frozen model: one flat system, still independent of any target language. */
export interface Model {
  readonly components: readonly ComponentInfo[];
  readonly graph: Graph;
  readonly species: ReadonlyMap<string, SpeciesInfo>;
  readonly states: readonly StateInfo[];
  /** Number of leading states that appear on a right-hand side. */
  readonly coreSize: number;
  readonly parameters: readonly ParameterInfo[];
  /** Right-hand side, one node a state. */
  readonly rates: readonly NodeId[];
  /** What each rate is the sum of, in words: reactions, streams, transfers by name. */
  readonly origins: readonly (readonly string[])[];
  /** Values at the start, one node a state, and the order in which they can be computed. */
  readonly initial: readonly NodeId[];
  readonly initialOrder: readonly number[];
  readonly outputs: readonly OutputInfo[];
  /** Switching functions of the right-hand side. */
  readonly kinks: readonly NodeId[];
  readonly events: readonly EventInfo[];
  readonly reactions: readonly ReactionInfo[];
  readonly flows: readonly FlowInfo[];
  readonly unknowns: readonly UnknownInfo[];
  readonly balances: readonly BalanceInfo[];
  /** For each state the direction in which it is lifted back to zero: pairs of state slot and node; null: none. */
  readonly lifts: readonly (readonly { readonly state: number; readonly node: NodeId }[] | null)[];
  readonly trends: readonly { readonly title: string; readonly outputs: readonly string[] }[];
  readonly feeding?: Feeding;
  /** The phase that the organism lives in, and its volume. */
  readonly broth: { readonly volume: string };
}
