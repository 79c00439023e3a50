import { findConstants } from './find-constants.js';
import { GraphBuilder } from './graph-builder.js';
import { valueOf, type Graph, type ValueId } from './graph.js';
import { ShapeGate } from './shape-gate.js';

/** Operations that say the shape of their output, and the input they say it in. */
const shapingInputs: Readonly<Record<string, number>> = { Reshape: 1, Expand: 1, Tile: 1, Pad: 1, Slice: 2 };

/**
 * Leaves a graph's shapes unknown until it runs. Where ONNX Runtime knows them, it holds the memory of a dead value for the next
 * one of the same shape, and peaks of different shapes add up; where it does not, memory is free for any other shape at once.
 * @param inputs names of the inputs that what is computed takes its shapes from; the first is read
 */
export function hideShapes(graph: Graph, inputs: readonly [string, ...string[]]): Graph {
  const builder = new GraphBuilder(graph.values);
  const ids = new Map(graph.values.flatMap(({ source }, id) => (source.kind === 'input' && inputs.includes(source.name) ? [[source.name, id] as const] : [])));
  const origin = ids.get(inputs[0]);
  if (origin === undefined) throw new Error(`Expected an input "${inputs[0]}" to hide shapes by.`);
  const gate = new ShapeGate(builder, { id: origin, rank: valueOf(graph, origin).shape.length });
  const hidden = new Map<ValueId, ValueId>();
  for (const id of ids.values()) hidden.set(id, gate.pass(id, valueOf(graph, id)));
  const shapes = new Map<ValueId, ValueId>();
  const dependent = (id: ValueId): ValueId => {
    const { source, shape } = valueOf(graph, id);
    if (source.kind !== 'constant') return id;
    const known = shapes.get(id) ?? gate.shape(id, shape[0] ?? 0);
    shapes.set(id, known);
    return known;
  };
  const constants = findConstants(graph);
  for (const node of graph.nodes) {
    const shaping = node.outputs.every((id) => constants.has(id)) ? undefined : shapingInputs[node.opType];
    builder.append({ ...node, inputs: node.inputs.map((id, i) => (id === null ? null : i === shaping ? dependent(id) : (hidden.get(id) ?? id))) });
  }
  return builder.build(graph.outputs);
}
