/**
 * How much memory a graph needs, from its static shapes: the largest sum of live tensors over its schedule, and what is
 * held throughout. What ONNX Runtime adds (rounding of its arena, code) is not in here.
 */
import { findConstants } from '../graph/find-constants.js';
import { bytesOfValue, valueOf, type Graph, type GraphNode, type ValueId } from '../graph/graph.js';

export interface MemoryPlan {
  /** Frozen weights, what is computed from them once, and the copy that a product packs for its kernel. */
  weightBytes: number;
  /** Inputs, fed at each run. */
  inputBytes: number;
  /** Most bytes that intermediate values and outputs hold at one time. */
  peakBytes: number;
}

/** Operations whose output may take the place of an input that is not used again. */
const inPlace = new Set(['Add', 'Sub', 'Mul', 'Div', 'Min', 'Abs', 'Neg', 'Exp', 'Log', 'Erf', 'Clip', 'Softmax', 'Gemm', 'Reshape']);

export function planMemory(graph: Graph): MemoryPlan {
  const lastUse = findLastUses(graph);
  const constants = findConstants(graph);
  let weightBytes = 0;
  let inputBytes = 0;
  const used = new Set<ValueId>(lastUse.keys());
  graph.values.forEach(({ source }, id) => {
    if (!used.has(id)) return;
    if (source.kind === 'input') inputBytes += bytesOf(graph, id);
    if (constants.has(id)) weightBytes += bytesOf(graph, id);
  });
  for (const node of graph.nodes) weightBytes += packedBytes(graph, node, constants);

  // Buffers by value; a value in the place of another shares its buffer.
  const bufferOf = new Map<ValueId, ValueId>();
  const users = new Map<ValueId, number>();
  let live = 0;
  let peakBytes = 0;
  graph.nodes.forEach((node, step) => {
    if (node.outputs.every((id) => constants.has(id))) return;
    const dying = node.inputs.filter((id): id is ValueId => id !== null && lastUse.get(id) === step && bufferOf.has(id));
    for (const id of node.outputs) {
      const host = inPlace.has(node.opType) ? findHost(graph, { node, id, dying, bufferOf, users }) : undefined;
      const buffer = host ?? id;
      bufferOf.set(id, buffer);
      users.set(buffer, (users.get(buffer) ?? 0) + 1);
      if (host === undefined) live += bytesOf(graph, id);
    }
    peakBytes = Math.max(peakBytes, live);
    const dead = new Set([...dying, ...node.outputs.filter((id) => !lastUse.has(id))]);
    for (const id of dead) {
      const buffer = bufferOf.get(id) ?? id;
      const left = (users.get(buffer) ?? 1) - 1;
      users.set(buffer, left);
      if (left === 0) live -= bytesOf(graph, buffer);
    }
  });
  return { weightBytes, inputBytes, peakBytes };
}

interface Candidate {
  node: GraphNode;
  id: ValueId;
  dying: readonly ValueId[];
  bufferOf: ReadonlyMap<ValueId, ValueId>;
  users: ReadonlyMap<ValueId, number>;
}

/** The buffer an output can take over. A reshape always shares its input's; others need it for themselves. */
function findHost(graph: Graph, { node, id, dying, bufferOf, users }: Candidate): ValueId | undefined {
  if (node.opType === 'Reshape') return bufferOf.get(node.inputs[0] ?? -1);
  const hosts = node.opType === 'Gemm' ? dying.filter((input) => input === node.inputs[2]) : dying;
  const host = hosts.find((input) => bytesOf(graph, input) === bytesOf(graph, id) && users.get(bufferOf.get(input) ?? input) === 1);
  return host === undefined ? undefined : bufferOf.get(host);
}

/** ONNX Runtime keeps a constant right-hand side of a product a second time, packed. */
function packedBytes(graph: Graph, node: GraphNode, constants: ReadonlySet<ValueId>): number {
  const right = node.opType === 'Gemm' ? node.inputs[1] : null;
  return right != null && constants.has(right) ? bytesOf(graph, right) : 0;
}

function findLastUses(graph: Graph): Map<ValueId, number> {
  const lastUse = new Map<ValueId, number>();
  graph.nodes.forEach((node, step) => {
    for (const id of node.inputs) if (id !== null) lastUse.set(id, step);
  });
  for (const output of graph.outputs) lastUse.set(output.value, graph.nodes.length);
  return lastUse;
}

function bytesOf(graph: Graph, id: ValueId): number {
  return bytesOfValue(valueOf(graph, id));
}
