/**
 * Rematerialisation: values of the forward pass that the backward pass reads, and that shall not be held until then, are
 * computed once more where they are wanted (Chen et al. 2016, arXiv:1604.06174).
 *
 * A repeated node would be merged with the first one by any optimiser, or run early. So one input of each repetition comes
 * through a gate: the same bytes under a shape that is made from the gradient that has come that far. It costs nothing.
 */
import { findConstants } from './find-constants.js';
import { GraphBuilder } from './graph-builder.js';
import { bytesOfValue, valueOf, type Graph, type GraphNode, type ValueId } from './graph.js';
import { ShapeGate } from './shape-gate.js';

/** A training step that is being rewritten. */
export interface StepGraph {
  graph: Graph;
  /** Nodes that carry the gradient: they stay as they are, but for what they read. */
  gradientNodes: ReadonlySet<GraphNode>;
}

/**
 * Repeats what the gradient nodes read of values that are not kept. Nodes that became superfluous are still there.
 * @param isKept says which values are held until the backward pass reads them
 */
export function recomputeValues({ graph, gradientNodes }: StepGraph, isKept: (id: ValueId) => boolean): StepGraph {
  const builder = new GraphBuilder(graph.values);
  const constants = findConstants(graph);
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const repeated = new Map<ValueId, ValueId>();
  const gated = new Map<ValueId, ValueId>();
  let gate: ShapeGate | null = null;

  function isAvailable(id: ValueId): boolean {
    const node = producers.get(id);
    if (node === undefined || constants.has(id) || gradientNodes.has(node) || isKept(id)) return true;
    return node.opType === 'Reshape' && isAvailable(node.inputs[0] ?? id); // another view of the same bytes
  }

  /** What a gradient node or a repeated node reads in place of a value. */
  function resolve(id: ValueId): ValueId {
    if (isAvailable(id)) return id;
    return repeated.get(id) ?? repeat(producers.get(id) as GraphNode, id);
  }

  function repeat(node: GraphNode, wanted: ValueId): ValueId {
    const inputs = node.inputs.map((id) => (id === null ? null : resolve(id)));
    if (inputs.every((id, i) => id === node.inputs[i])) passGate(node, inputs);
    const { dataType } = valueOf(graph, wanted);
    const outputs = builder.addNode({ ...node, inputs, dataType, outputShapes: node.outputs.map((id) => valueOf(graph, id).shape) });
    node.outputs.forEach((id, i) => {
      const copy = outputs[i] as ValueId;
      if (valueOf(graph, id).isResidual === true) builder.markResidual(copy);
      repeated.set(id, copy);
    });
    return repeated.get(wanted) as ValueId;
  }

  /** Leads the smallest input through the gate: on a device, a product with a weight would rather keep the weight constant. */
  function passGate(node: GraphNode, inputs: (ValueId | null)[]): void {
    const candidates = node.inputs.filter((id): id is ValueId => id !== null && valueOf(graph, id).dataType !== 'int64');
    const [smallest] = candidates.toSorted((a, b) => bytesOfValue(valueOf(graph, a)) - bytesOfValue(valueOf(graph, b)));
    if (smallest === undefined || gate === null) throw new Error(`${node.opType} cannot be repeated: it has no input, or there is no gradient yet.`);
    const copy = gated.get(smallest) ?? gate.pass(smallest, valueOf(graph, smallest));
    gated.set(smallest, copy);
    inputs[node.inputs.indexOf(smallest)] = copy;
  }

  const rewired = new Set<GraphNode>();
  for (const node of graph.nodes) {
    if (!gradientNodes.has(node)) {
      builder.append(node);
      continue;
    }
    const reading = { ...node, inputs: node.inputs.map((id) => (id === null ? null : resolve(id))) };
    builder.append(reading);
    rewired.add(reading);
    const [output] = node.outputs;
    if (output !== undefined) gate = new ShapeGate(builder, { id: output, rank: valueOf(graph, output).shape.length });
  }
  return { graph: builder.build(graph.outputs), gradientNodes: rewired };
}
