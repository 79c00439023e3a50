import type { Graph, ValueId } from './graph.js';

/** Values that are the same in every run: weights, constants, and what is computed from them alone (done once, when a session is made). */
export function findConstants(graph: Graph): Set<ValueId> {
  const constants = new Set<ValueId>();
  graph.values.forEach(({ source }, id) => {
    if (source.kind === 'weight' || source.kind === 'constant') constants.add(id);
  });
  for (const node of graph.nodes) {
    if (node.inputs.every((id) => id === null || constants.has(id))) for (const id of node.outputs) constants.add(id);
  }
  return constants;
}
