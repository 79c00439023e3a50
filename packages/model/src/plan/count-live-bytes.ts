/**
 * Replays how ONNX Runtime's allocation planner gives values their memory, on the CPU:
 * - a reshaped value is another view of the same buffer; softmax may write over an input that nothing reads afterwards;
 * - where shapes are known ahead, a dead buffer waits for the next value of the same shape, if there is one;
 * - everything else takes new memory, free again after the last node that reads it. Outputs stay.
 * Source: https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/framework/allocation_planner.cc
 */
import { bytesOfValue, valueOf, type Graph, type GraphNode, type ValueId } from '../graph/graph.js';

interface Buffer {
  bytes: number;
  /** Shape and type; null where the shape is unknown until the step runs. */
  form: string | null;
  readersLeft: number;
  firstStep: number;
  lastStep: number;
}

/** The most bytes that values computed in this order hold at one time; feeds and constants are not counted. */
export function countLiveBytes(graph: Graph, executed: readonly GraphNode[]): number {
  const buffers = assignBuffers(graph, executed);
  const changes = Array.from({ length: executed.length + 1 }, () => 0);
  for (const { bytes, firstStep, lastStep } of buffers) {
    changes[firstStep] = (changes[firstStep] ?? 0) + bytes;
    if (lastStep < executed.length) changes[lastStep + 1] = (changes[lastStep + 1] ?? 0) - bytes;
  }
  let live = 0;
  return changes.reduce((peak, change) => Math.max(peak, (live += change)), 0);
}

function assignBuffers(graph: Graph, executed: readonly GraphNode[]): Set<Buffer> {
  const readers = countReaders(executed);
  const outputs = new Set(graph.outputs.map(({ value }) => value));
  const unknown = findUnknownShapes(graph, executed);
  const bufferOf = new Map<ValueId, Buffer>();
  const all = new Set<Buffer>();
  let waiting: Buffer[] = []; // the latest first

  function place(node: GraphNode, id: ValueId, step: number): Buffer | undefined {
    const input = node.inputs[0] ?? -1;
    const isOutput = outputs.has(id);
    if (node.opType === 'Reshape' && !isOutput) return bufferOf.get(input);
    const value = valueOf(graph, id);
    const form = unknown.has(id) ? null : `${value.dataType}[${value.shape.join()}]`;
    if (form !== null && !isOutput) {
      const operand = bufferOf.get(input);
      if (node.opType === 'Softmax' && operand?.readersLeft === 1 && operand.form === form) return operand;
      const reused = waiting.find((buffer) => buffer.form === form);
      waiting = waiting.filter((buffer) => buffer !== reused);
      if (reused !== undefined) return reused;
    }
    return { bytes: bytesOfValue(value), form, readersLeft: 0, firstStep: step, lastStep: step };
  }

  executed.forEach((node, step) => {
    for (const id of node.outputs) {
      const buffer = place(node, id, step);
      if (buffer === undefined) continue; // a view of a feed
      all.add(buffer);
      bufferOf.set(id, buffer);
      buffer.readersLeft += (readers.get(id) ?? 0) + (outputs.has(id) ? 1 : 0);
      buffer.lastStep = outputs.has(id) ? executed.length : Math.max(buffer.lastStep, step);
    }
    for (const id of node.inputs) {
      const buffer = id === null ? undefined : bufferOf.get(id);
      if (buffer === undefined) continue;
      buffer.lastStep = Math.max(buffer.lastStep, step);
      buffer.readersLeft--;
      if (buffer.readersLeft === 0 && buffer.form !== null) waiting.unshift(buffer);
    }
  });
  return all;
}

function countReaders(executed: readonly GraphNode[]): Map<ValueId, number> {
  const readers = new Map<ValueId, number>();
  for (const node of executed) for (const id of node.inputs) if (id !== null) readers.set(id, (readers.get(id) ?? 0) + 1);
  return readers;
}

/** Values whose shape follows from numbers that a step computes, see `hideShapes`. */
function findUnknownShapes(graph: Graph, executed: readonly GraphNode[]): Set<ValueId> {
  const unknown = new Set<ValueId>();
  for (const { opType, inputs, outputs } of executed) {
    const shape = opType === 'Reshape' || opType === 'Expand' ? (inputs[1] ?? null) : null;
    const isUnknown = shape === null ? inputs.some((id) => id !== null && unknown.has(id)) : valueOf(graph, shape).source.kind === 'node';
    if (isUnknown) for (const id of outputs) unknown.add(id);
  }
  return unknown;
}
