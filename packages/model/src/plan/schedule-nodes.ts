import { findConstants } from '../graph/find-constants.js';
import { bytesOfValue, valueOf, type Graph, type GraphNode } from '../graph/graph.js';
import { assignBuffers, type SharedBuffer } from './assign-buffers.js';
import { executionOrder } from './execution-order.js';

/** An order of a graph's nodes for ONNX Runtime. */
export interface Schedule {
  /** The order to write them in; operands need not come first. */
  written: readonly GraphNode[];
  /** The order in which they then run, those left out that are computed once, when a session is made. */
  executed: readonly GraphNode[];
  buffers: readonly SharedBuffer[];
}

/** Of the order of the trace and its reverse, the one that needs less memory. */
export function scheduleNodes(graph: Graph): Schedule {
  const constants = findConstants(graph);
  const schedule = (written: readonly GraphNode[]): Schedule => {
    const executed = executionOrder(written.filter((node) => !node.outputs.every((id) => constants.has(id))));
    return { written, executed, buffers: assignBuffers(graph, executed) };
  };
  const [traced, reversed] = [schedule(graph.nodes), schedule(graph.nodes.toReversed())];
  return countLiveBytes(graph, reversed.buffers) < countLiveBytes(graph, traced.buffers) ? reversed : traced;
}

/** The most bytes in use at one time. */
function countLiveBytes(graph: Graph, buffers: readonly SharedBuffer[]): number {
  const changes: number[] = [];
  for (const { value, firstStep, lastStep } of buffers) {
    const bytes = bytesOfValue(valueOf(graph, value));
    changes[firstStep] = (changes[firstStep] ?? 0) + bytes;
    changes[lastStep + 1] = (changes[lastStep + 1] ?? 0) - bytes;
  }
  let live = 0;
  return changes.reduce((peak, change) => Math.max(peak, (live += change)), 0); // a step that changes nothing has no entry
}
