import type { Graph, GraphNode } from './graph.js';

/** Keeps the nodes that the graph's outputs need; the order stays. */
export function eliminateDeadNodes(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.value));
  const kept: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((id) => needed.has(id))) continue;
    kept.push(node);
    for (const id of node.inputs) if (id !== null) needed.add(id);
  }
  return { ...graph, nodes: kept.reverse() };
}
