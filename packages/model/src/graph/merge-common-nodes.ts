/**
 * Common subexpression elimination: nodes that compute the same from the same are computed once. Gradients rely on it:
 * they ask again for what the forward pass has (statistics, probabilities) instead of passing it along.
 */
import { valueOf, type Graph, type GraphNode, type ValueId } from './graph.js';

/** Constants larger than this are compared by identity only: reading them would cost more than it saves. */
const maxComparedElements = 256;

export function mergeCommonNodes(graph: Graph): Graph {
  const sameAs = new Map<ValueId, ValueId>();
  const find = (id: ValueId): ValueId => sameAs.get(id) ?? id;
  const nodesByKey = new Map<string, GraphNode>();
  const constantsByKey = new Map<string, ValueId>();
  const nodes: GraphNode[] = [];
  const resolveInput = (id: ValueId | null): ValueId | null => {
    if (id === null) return null;
    const key = constantKey(graph, id);
    if (key === null) return find(id);
    const first = constantsByKey.get(key) ?? id;
    constantsByKey.set(key, first);
    return first;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(resolveInput);
    const key = `${node.domain}:${node.opType}(${inputs.join(',')})${JSON.stringify(node.attributes)}`;
    const twin = nodesByKey.get(key);
    if (twin === undefined) {
      const kept = { ...node, inputs };
      nodesByKey.set(key, kept);
      nodes.push(kept);
    } else {
      node.outputs.forEach((id, i) => sameAs.set(id, twin.outputs[i] ?? id));
    }
  }
  return { ...graph, nodes, outputs: graph.outputs.map((output) => ({ ...output, value: find(output.value) })) };
}

function constantKey(graph: Graph, id: ValueId): string | null {
  const { source, dataType, shape } = valueOf(graph, id);
  if (source.kind !== 'constant' || source.data.length > maxComparedElements) return null;
  return `${dataType}[${shape.join(',')}]${source.data.join(',')}`;
}
