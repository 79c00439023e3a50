import type { Graph, GraphNode, ValueId } from './graph.js';

/**
 * The nodes of a training step that carry the loss's gradient: all that depends on the sample weights, which every gradient is
 * multiplied with, and that the loss itself does not need. The others are the forward pass, and what a gradient wants of it.
 */
export function findGradientNodes(graph: Graph, names: { loss: string; weights: string }): Set<GraphNode> {
  const needed = new Set(graph.outputs.filter(({ name }) => name === names.loss).map(({ value }) => value));
  for (const node of graph.nodes.toReversed()) {
    if (node.outputs.some((id) => needed.has(id))) for (const id of node.inputs) if (id !== null) needed.add(id);
  }
  const carrying = new Set<ValueId>();
  graph.values.forEach(({ source }, id) => {
    if (source.kind === 'input' && source.name === names.weights) carrying.add(id);
  });
  const gradientNodes = new Set<GraphNode>();
  for (const node of graph.nodes) {
    if (!node.inputs.some((id) => id !== null && carrying.has(id)) || node.outputs.some((id) => needed.has(id))) continue;
    gradientNodes.add(node);
    for (const id of node.outputs) carrying.add(id);
  }
  return gradientNodes;
}
