/**
 * `FusedMatMul` becomes `Transpose` and `MatMul`, for devices that have no kernel for it: it would run on the CPU there, with a
 * copy of its operands to and fro in the middle of every attention. Operands that several products share are transposed once.
 */
import { valueOf, type Graph, type GraphNode, type GraphValue, type ValueId } from './graph.js';

export function splitFusedProducts(graph: Graph): Graph {
  const values: GraphValue[] = [...graph.values];
  const nodes: GraphNode[] = [];
  const arranged = new Map<string, ValueId>();

  /** Appends the transposition of a product's operand, unless it lies as a plain product takes it. */
  function arrange(id: ValueId, tokensFirst: boolean, transposed: boolean): ValueId {
    const { dataType, shape } = valueOf(graph, id);
    const order = orderOf(shape.length, tokensFirst, transposed);
    if (order.every((axis, i) => axis === i)) return id;
    const key = `${id}:${order.join()}`;
    const known = arranged.get(key);
    if (known !== undefined) return known;
    const output = values.push({ dataType, shape: order.map((axis) => shape[axis] ?? 0), source: { kind: 'node' } }) - 1;
    nodes.push({ opType: 'Transpose', domain: '', inputs: [id], outputs: [output], attributes: { perm: { ints: order } } });
    arranged.set(key, output);
    return output;
  }

  for (const node of graph.nodes) {
    const [a, b] = node.inputs;
    if (node.opType !== 'FusedMatMul' || a == null || b == null) {
      nodes.push(node);
      continue;
    }
    if ('alpha' in node.attributes) throw new Error('Expected a fused product without a factor: it has no plain form here yet.');
    const inputs = [arrange(a, isSet(node, 'transBatchA'), isSet(node, 'transA')), arrange(b, isSet(node, 'transBatchB'), isSet(node, 'transB'))];
    nodes.push({ opType: 'MatMul', domain: '', inputs, outputs: node.outputs, attributes: {} });
  }
  return { ...graph, values, nodes };
}

/** Axes of an operand in the order a plain product takes them. Tokens first means [N, batch axes, K]. */
function orderOf(rank: number, tokensFirst: boolean, transposed: boolean): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  const batch = tokensFirst ? axes.slice(1, -1) : axes.slice(0, -2);
  const [row, column] = [tokensFirst ? 0 : rank - 2, rank - 1];
  return [...batch, ...(transposed ? [column, row] : [row, column])];
}

function isSet({ attributes }: GraphNode, name: string): boolean {
  const attribute = attributes[name];
  return attribute !== undefined && 'int' in attribute && attribute.int === 1;
}
