import type { Graph, ValueId } from './graph.js';

/** The values that a node or an output reads; passes leave others behind. */
export function findUsedValues(graph: Graph): Set<ValueId> {
  const used = new Set<ValueId>(graph.outputs.map(({ value }) => value));
  for (const node of graph.nodes) for (const id of node.inputs) if (id !== null) used.add(id);
  return used;
}
