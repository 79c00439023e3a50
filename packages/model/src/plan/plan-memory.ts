/** How much memory a graph needs on the CPU, from its static shapes and the order in which ONNX Runtime runs it. */
import { findConstants } from '../graph/find-constants.js';
import { bytesOfValue, valueOf, type Graph, type GraphNode, type ValueId } from '../graph/graph.js';
import { Arena } from './arena.js';
import type { SharedBuffer } from './assign-buffers.js';
import { scheduleNodes, type Schedule } from './schedule-nodes.js';

export interface MemoryPlan {
  /** Frozen weights, what is computed from them once, and the form that products pack them in. */
  weightBytes: number;
  /** Inputs, fed at each run, and outputs, copied to the host. */
  hostBytes: number;
  /** What the arena takes for intermediate values and outputs, once a few steps have run. */
  arenaBytes: number;
}

/** Inputs that ONNX Runtime packs for its kernel where they are constant, once for each node; the original is then let go. */
const packedInputs: Readonly<Record<string, readonly number[]>> = { Gemm: [1], MatMulNBits: [1, 2] };
/** The second step finds the arena otherwise than the first, and may use parts that the first left alone. */
const replayedSteps = 3;

/** @param bytesOf sizes of the values, where they are to differ from the graph's */
export function planMemory(graph: Graph, bytesOf = (id: ValueId): number => bytesOfValue(valueOf(graph, id)), schedule: Schedule = scheduleNodes(graph)): MemoryPlan {
  const inputs = graph.values.flatMap(({ source }, id) => (source.kind === 'input' ? [id] : []));
  const hostBytes = [...inputs, ...graph.outputs.map(({ value }) => value)].reduce((sum, id) => sum + bytesOf(id), 0);
  return { weightBytes: countWeightBytes(graph, schedule.executed), hostBytes, arenaBytes: countArenaBytes(schedule, bytesOf) };
}

function countArenaBytes({ executed, buffers }: Schedule, bytesOf: (id: ValueId) => number): number {
  const taken: SharedBuffer[][] = [];
  const freed: SharedBuffer[][] = [];
  for (const buffer of buffers) {
    (taken[buffer.firstStep] ??= []).push(buffer);
    (freed[buffer.lastStep] ??= []).push(buffer);
  }
  const arena = new Arena();
  for (let step = 0; step < replayedSteps; step++) {
    const chunks = new Map<SharedBuffer, ReturnType<Arena['allocate']>>();
    for (let i = 0; i <= executed.length; i++) {
      for (const buffer of taken[i] ?? []) chunks.set(buffer, arena.allocate(bytesOf(buffer.value)));
      for (const buffer of freed[i] ?? []) arena.free(chunks.get(buffer) as ReturnType<Arena['allocate']>);
    }
  }
  return arena.usedBytes;
}

function countWeightBytes(graph: Graph, executed: readonly GraphNode[]): number {
  const constants = findConstants(graph);
  const held = new Set<ValueId>();
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
