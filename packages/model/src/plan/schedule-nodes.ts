import { findConstants } from '../graph/find-constants.js';
import type { Graph, GraphNode } from '../graph/graph.js';
import { countLiveBytes } from './count-live-bytes.js';
import { executionOrder } from './execution-order.js';

/** An order of a graph's nodes for ONNX Runtime. */
export interface Schedule {
  /** The order to write them in; operands need not come first. */
  written: readonly GraphNode[];
  /** The order in which they then run, those left out that are computed once, when a session is made. */
  executed: readonly GraphNode[];
  /** Most bytes that intermediate values and outputs hold at one time. */
  peakBytes: number;
}

/** Of the order of the trace and its reverse, the one that needs less memory. */
export function scheduleNodes(graph: Graph): Schedule {
  const constants = findConstants(graph);
  const schedule = (written: readonly GraphNode[]): Schedule => {
    const executed = executionOrder(written.filter((node) => !node.outputs.every((id) => constants.has(id))));
    return { written, executed, peakBytes: countLiveBytes(graph, executed) };
  };
  const [traced, reversed] = [schedule(graph.nodes), schedule(graph.nodes.toReversed())];
  return reversed.peakBytes < traced.peakBytes ? reversed : traced;
}
