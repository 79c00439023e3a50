import type { GraphNode, ValueId } from '../graph/graph.js';

/**
 * The order in which ONNX Runtime runs nodes: depth first from those whose results no node reads, the last written of them
 * first, and of a node's operands the last written first. Each node so runs as late as its first reader allows. Nodes may be
 * written in any order.
 * Source: `GraphViewer` and `Graph::ReverseDFSFrom`, https://github.com/microsoft/onnxruntime/tree/main/onnxruntime/core/graph
 */
export function executionOrder(written: readonly GraphNode[]): GraphNode[] {
  const producers = new Map<ValueId, number>();
  written.forEach((node, i) => node.outputs.forEach((id) => producers.set(id, i)));
  const operands = written.map((node) => {
    const found = new Set(node.inputs.flatMap((id) => (id === null ? [] : (producers.get(id) ?? []))));
    return [...found].sort((a, b) => a - b);
  });
  const isRead = new Set(operands.flat());
  const stack = written.flatMap((_, i) => (isRead.has(i) ? [] : [{ index: i, isDone: false }]));
  const visited = new Set<number>();
  const executed: GraphNode[] = [];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { index, isDone } = entry;
    if (isDone) executed.push(written[index] as GraphNode);
    if (isDone || visited.has(index)) continue;
    visited.add(index);
    stack.push({ index, isDone: true });
    for (const operand of operands[index] ?? []) if (!visited.has(operand)) stack.push({ index: operand, isDone: false });
  }
  return executed;
}
