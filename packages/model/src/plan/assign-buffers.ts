/**
 * Replays how ONNX Runtime's allocation planner gives values their memory, on the CPU:
 * - a reshaped value is another view of the same buffer; softmax may write over an input that nothing reads afterwards;
 * - where shapes are known ahead, a dead buffer waits for the next value of the same shape, if there is one;
 * - everything else takes new memory, free again after the last node that reads it. Outputs stay.
 * Source: https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/framework/allocation_planner.cc
 */
import { valueOf, type Graph, type GraphNode, type ValueId } from '../graph/graph.js';

/** Memory that one value takes and others may share. */
export interface SharedBuffer {
  /** The first value in it: its size is that of all. */
  value: ValueId;
  /** Steps, counted from 0, before which it is taken and after which it is free. */
  firstStep: number;
  lastStep: number;
}

interface OpenBuffer extends SharedBuffer {
  /** Shape and type; null where the shape is unknown until the step runs. */
  form: string | null;
  readersLeft: number;
}

/** The buffers of the values that nodes compute in this order; feeds and constants have none. */
export function assignBuffers(graph: Graph, executed: readonly GraphNode[]): SharedBuffer[] {
  const readers = countReaders(executed);
  const outputs = new Set(graph.outputs.map(({ value }) => value));
  const unknown = findUnknownShapes(graph, executed);
  const bufferOf = new Map<ValueId, OpenBuffer>();
  const all: OpenBuffer[] = [];
  let waiting: OpenBuffer[] = []; // the latest first

  function findPlace(node: GraphNode, id: ValueId): OpenBuffer | undefined {
    const operand = bufferOf.get(node.inputs[0] ?? -1);
    if (outputs.has(id) || unknown.has(id)) return undefined;
    const form = formOf(graph, id);
    if (node.opType === 'Softmax' && operand?.readersLeft === 1 && operand.form === form) return operand;
    const reused = waiting.find((buffer) => buffer.form === form);
    if (reused !== undefined) waiting = waiting.filter((buffer) => buffer !== reused);
    return reused;
  }

  function open(id: ValueId, step: number): OpenBuffer {
    const form = unknown.has(id) ? null : formOf(graph, id);
    const buffer = { value: id, form, readersLeft: 0, firstStep: step, lastStep: step };
    all.push(buffer);
    return buffer;
  }

  executed.forEach((node, step) => {
    for (const id of node.outputs) {
      const isView = node.opType === 'Reshape' && !outputs.has(id);
      const buffer = isView ? bufferOf.get(node.inputs[0] ?? -1) : (findPlace(node, id) ?? open(id, step));
      if (buffer === undefined) continue; // a view of a feed
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

function formOf(graph: Graph, id: ValueId): string {
  const { dataType, shape } = valueOf(graph, id);
  return `${dataType}[${shape.join()}]`;
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
