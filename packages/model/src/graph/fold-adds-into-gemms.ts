/**
 * `Add(x, Gemm(a, b))` becomes `Gemm(a, b, C = x)` where the product is used nowhere else: the sum then costs no pass
 * of its own over memory. Gradients of several linear layers with one input become one chain this way.
 */
import { valueOf, type Graph, type GraphNode, type ValueId } from './graph.js';

export function foldAddsIntoGemms(graph: Graph): Graph {
  const uses = countUses(graph);
  const nodes: GraphNode[] = [];
  const producerIndex = new Map<ValueId, number>();
  for (const node of graph.nodes) {
    const folded = foldInto(graph, node, { uses, nodes, producerIndex });
    for (const id of folded.outputs) producerIndex.set(id, nodes.length);
    nodes.push(folded);
  }
  return { ...graph, nodes: nodes.filter((node) => node.opType !== removed) };
}

const removed = 'Removed';

interface FoldState {
  uses: Map<ValueId, number>;
  nodes: GraphNode[];
  producerIndex: Map<ValueId, number>;
}

function foldInto(graph: Graph, node: GraphNode, { uses, nodes, producerIndex }: FoldState): GraphNode {
  if (node.opType !== 'Add') return node;
  const [left, right] = node.inputs;
  if (left == null || right == null || left === right) return node;
  // The later of two products takes the other one as C, so a chain keeps its order.
  const candidates = [right, left].toSorted((a, b) => (producerIndex.get(b) ?? -1) - (producerIndex.get(a) ?? -1));
  for (const product of candidates) {
    const index = producerIndex.get(product);
    const gemm = index === undefined ? undefined : nodes[index];
    if (index === undefined || gemm?.opType !== 'Gemm' || gemm.inputs.length > 2 || uses.get(product) !== 1) continue;
    const other = product === left ? right : left;
    if (valueOf(graph, other).shape.join() !== valueOf(graph, product).shape.join()) continue;
    nodes[index] = { ...gemm, opType: removed, outputs: [], inputs: [] };
    return { ...gemm, inputs: [...gemm.inputs, other], outputs: node.outputs };
  }
  return node;
}

function countUses(graph: Graph): Map<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const count = (id: ValueId): void => void uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const node of graph.nodes) for (const id of node.inputs) if (id !== null) count(id);
  for (const output of graph.outputs) count(output.value);
  return uses;
}
