import { findConstants, type Graph, type GraphNode } from '@eyegazer/model';

/** Multiplications and additions of a step's matrix products, by what they are for. Elementwise work is not counted. */
export interface OperationCount {
  /** Products with a frozen weight, forward (transposed) and backward. */
  linearForward: number;
  linearBackward: number;
  /** q k^T, P v and their four gradients. */
  attention: number;
  /** Products with A, B and the head, and their gradients. */
  loraAndHead: number;
}

/** Counts what the traced graph really computes. */
export function countOperations(graph: Graph): OperationCount {
  const count: OperationCount = { linearForward: 0, linearBackward: 0, attention: 0, loraAndHead: 0 };
  const constants = findConstants(graph);
  for (const node of graph.nodes) {
    if (node.opType === 'FusedMatMul') count.attention += operationsOf(graph, node);
    if (node.opType !== 'Gemm' || shapeOf(graph, node.outputs[0])[1] === 1) continue; // a dot product with a vector is elementwise work
    const isWeight = constants.has(node.inputs[1] ?? -1);
    const part = !isWeight ? 'loraAndHead' : 'transB' in node.attributes ? 'linearForward' : 'linearBackward';
    count[part] += operationsOf(graph, node);
  }
  return count;
}

/** 2 M N K, times the number of products. */
function operationsOf(graph: Graph, node: GraphNode): number {
  const isTransposed = 'transA' in node.attributes;
  const left = shapeOf(graph, node.inputs[0]);
  const inner = 'transBatchA' in node.attributes ? left.at(-1) : left.at(isTransposed ? -2 : -1);
  return 2 * (inner ?? 0) * shapeOf(graph, node.outputs[0]).reduce((product, size) => product * size, 1);
}

function shapeOf(graph: Graph, id: number | null | undefined): readonly number[] {
  return graph.values[id ?? -1]?.shape ?? [];
}
