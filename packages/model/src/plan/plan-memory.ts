/** How much memory a graph needs on the CPU, from its static shapes and the order in which ONNX Runtime runs it. */
import { findConstants } from '../graph/find-constants.js';
import { bytesOfValue, valueOf, type Graph, type GraphNode } from '../graph/graph.js';
import { scheduleNodes } from './schedule-nodes.js';

export interface MemoryPlan {
  /** Frozen weights, what is computed from them once, and the form that products pack them in. */
  weightBytes: number;
  /** Inputs, fed at each run. */
  inputBytes: number;
  /** Most bytes that intermediate values and outputs hold at one time. */
  peakBytes: number;
}

/** Inputs that ONNX Runtime packs for its kernel where they are constant, once for each node; the original is then let go. */
const packedInputs: Readonly<Record<string, readonly number[]>> = { Gemm: [1], MatMulNBits: [1, 2] };

export function planMemory(graph: Graph): MemoryPlan {
  const { executed, peakBytes } = scheduleNodes(graph);
  const inputBytes = graph.values.reduce((sum, value) => (value.source.kind === 'input' ? sum + bytesOfValue(value) : sum), 0);
  return { weightBytes: countWeightBytes(graph, executed), inputBytes, peakBytes };
}

function countWeightBytes(graph: Graph, executed: readonly GraphNode[]): number {
  const constants = findConstants(graph);
  const held = new Set<number>();
  let packedBytes = 0;
  for (const { opType, inputs } of executed) {
    inputs.forEach((id, i) => {
      if (id === null || !constants.has(id)) return;
      if (packedInputs[opType]?.includes(i) === true) packedBytes += bytesOfValue(valueOf(graph, id));
      else held.add(id);
    });
  }
  return [...held].reduce((sum, id) => sum + bytesOfValue(valueOf(graph, id)), packedBytes);
}
