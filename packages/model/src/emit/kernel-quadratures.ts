import { type Graph, type NodeId, Op } from '../graph/graph.ts';

/** Rates of states that nothing depends on, as sums of coefficients times quadratures: there are fewer of these, and most are there for the core. */
export interface LinearForms {
  readonly quadratures: readonly NodeId[];
  /** Nodes that parameters alone decide. */
  readonly coefficients: readonly NodeId[];
  /** For each rate, its terms: index of the quadrature, and of the coefficient. */
  readonly sums: readonly (readonly { readonly quadrature: number; readonly coefficient: number }[])[];
}

/**
 * Takes rates apart into terms, down to what the core computes or what is no sum. Terms that have the same coefficients in all rates are one quadrature:
 * what leaves with the broth, say, by every way out. `isFixed`: whether parameters alone decide a node.
 */
export function linearFormsOf(
  graph: Graph,
  rates: readonly NodeId[],
  core: readonly NodeId[],
  isFixed: (node: NodeId) => boolean,
): LinearForms {
  const known = graph.reachable(core);
  const forms = rates.map((rate) => {
    const terms = new Map<NodeId, NodeId>();
    takeApart(graph, rate, graph.one, (node) => known.has(node) && graph.ops[node] !== Op.multiply, isFixed, terms);
    return terms;
  });
  const columns = new Map<NodeId, string[]>();
  forms.forEach((terms, l) => {
    for (const [term, coefficient] of terms)
      if (coefficient !== graph.zero) columns.set(term, [...(columns.get(term) ?? []), `${l} ${coefficient}`]);
  });
  const alike = Map.groupBy(columns.keys(), (term) => columns.get(term)!.join());
  const quadratureOf = new Map<NodeId, number>();
  const quadratures = [...alike.values()].map((terms, quadrature) => {
    for (const term of terms) quadratureOf.set(term, quadrature);
    return terms.reduce((sum, term) => graph.add(sum, term));
  });
  const coefficients = [...new Set(forms.flatMap((terms) => [...terms.values()]))].filter(
    (node) => node !== graph.zero,
  );
  const coefficientOf = new Map(coefficients.map((node, i) => [node, i]));
  const sums = forms.map((terms) => {
    const found = new Map<number, number>();
    for (const [term, node] of terms)
      if (node !== graph.zero) found.set(quadratureOf.get(term)!, coefficientOf.get(node)!);
    return [...found].map(([quadrature, coefficient]) => ({ quadrature, coefficient }));
  });
  return { quadratures, coefficients, sums };
}

/** Adds the terms of a node times a coefficient. */
function takeApart(
  graph: Graph,
  node: NodeId,
  coefficient: NodeId,
  isKnown: (node: NodeId) => boolean,
  isFixed: (node: NodeId) => boolean,
  terms: Map<NodeId, NodeId>,
): void {
  const [a, b] = [graph.a[node]!, graph.b[node]!];
  const put = (term: NodeId, by: NodeId): void => {
    const before = terms.get(term);
    terms.set(term, before === undefined ? by : graph.add(before, by));
  };
  const go = (next: NodeId, by: NodeId): void => takeApart(graph, next, by, isKnown, isFixed, terms);
  if (isFixed(node)) return put(graph.one, graph.multiply(coefficient, node));
  if (isKnown(node)) return put(node, coefficient);
  switch (graph.ops[node]!) {
    case Op.add:
      go(a, coefficient);
      return go(b, coefficient);
    case Op.subtract:
      go(a, coefficient);
      return go(b, graph.negate(coefficient));
    case Op.negate:
      return go(a, graph.negate(coefficient));
    case Op.multiply:
      if (isFixed(a)) return go(b, graph.multiply(coefficient, a));
      return isFixed(b) ? go(a, graph.multiply(coefficient, b)) : put(node, coefficient);
    case Op.divide:
      return isFixed(b) ? go(a, graph.divide(coefficient, b)) : put(node, coefficient);
    default:
      return put(node, coefficient);
  }
}
