import type { Dimension, Place, Unit } from '@fedbatch/vocabulary';
import type { Expression } from '../expression/expression.ts';
import type { Graph, NodeId } from '../graph/graph.ts';
import type { Located } from '../read/field.ts';

/** A name that expressions may use, and how it becomes a node. */
export interface Definition {
  readonly id: string;
  readonly kind:
    | 'parameter'
    | 'constant'
    | 'input'
    | 'held'
    | 'state'
    | 'concentration'
    | 'quantity'
    | 'unknown'
    | 'time'
    | 'nature';
  readonly says: string;
  readonly unit: Unit;
  readonly place?: Place;
  readonly source?: string;
  readonly formula?: Expression;
  /** Slot in the parameter array, for what is one. */
  readonly slot?: number;
  /** Computes the node once; the result is kept in `node`. undefined: a problem was reported. */
  readonly make: () => NodeId | undefined;
  status: 'new' | 'busy' | 'done';
  node?: NodeId;
}

export type NewDefinition = Omit<Definition, 'status' | 'node'>;

export function define(definition: NewDefinition): Definition {
  return { ...definition, status: 'new' };
}

/** Names that a component's expressions can see. */
export interface Scope {
  readonly role: string;
  find(name: string): Definition | undefined;
  /** Everything that can be found, for 'did you mean'. */
  names(): Iterable<string>;
}

/** A node with its dimension; 'any' is the literal zero, 'logical' a comparison. */
export interface Lowered {
  readonly node: NodeId;
  readonly dimension: Dimension | 'any' | 'logical';
}

export interface ParsedText {
  readonly source: Located<string>;
  readonly expression: Expression;
}

/** Nodes that have a kink, and the switching function of each. */
export type KinkTable = Map<NodeId, NodeId[]>;

export interface LoweringContext {
  readonly graph: Graph;
  readonly kinks: KinkTable;
}
