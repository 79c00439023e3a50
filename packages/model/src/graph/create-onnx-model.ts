import type { OnnxInitializer, OnnxInitializerData, OnnxModel, OnnxValueInfo } from '@eyegazer/formats';
import { findUsedValues } from './find-used-values.js';
import { valueOf, type Graph, type GraphConstant, type ValueId, type WeightForm } from './graph.js';

/** Opset 17 is the first with LayerNormalization. */
const opset = 17;

/**
 * Turns a graph into an ONNX model.
 * @param findWeight says where the bytes of a frozen weight lie; row-major, in float32 or in the form asked for
 */
export function createOnnxModel(graph: Graph, name: string, findWeight: (name: string, form?: WeightForm) => OnnxInitializerData): OnnxModel {
  const used = findUsedValues(graph);
  const outputNames = new Map<ValueId, string>();
  const nameOf = (id: ValueId): string => {
    const { source } = valueOf(graph, id);
    return source.kind === 'input' ? source.name : (outputNames.get(id) ?? `v${id}`);
  };
  // One value under two output names, or an input passed through, takes a node of its own: ONNX names a value once.
  const copies: OnnxModel['nodes'][number][] = [];
  for (const { name: outputName, value } of graph.outputs) {
    if (valueOf(graph, value).source.kind === 'node' && !outputNames.has(value)) outputNames.set(value, outputName);
    else copies.push({ opType: 'Identity', domain: '', name: `copy_${outputName}`, inputs: [nameOf(value)], outputs: [outputName], attributes: {} });
  }
  const infoOf = (id: ValueId): OnnxValueInfo => {
    const { dataType, shape } = valueOf(graph, id);
    return { name: nameOf(id), dataType, shape };
  };

  const inputs: OnnxValueInfo[] = [];
  const initializers: OnnxInitializer[] = [];
  graph.values.forEach(({ source }, id) => {
    if (!used.has(id)) return;
    if (source.kind === 'input') inputs.push(infoOf(id));
    if (source.kind === 'weight') initializers.push({ ...infoOf(id), data: findWeight(source.name, source.form) });
    if (source.kind === 'constant') initializers.push({ ...infoOf(id), data: { bytes: bytesOf(source.data) } });
  });
  return {
    name,
    opset,
    inputs,
    outputs: graph.outputs.map((output) => ({ ...infoOf(output.value), name: output.name })),
    initializers,
    nodes: [
      ...graph.nodes.map((node, i) => ({
        opType: node.opType,
        domain: node.domain,
        name: `${node.opType}_${i}`,
        inputs: node.inputs.map((id) => (id === null ? '' : nameOf(id))),
        outputs: node.outputs.map(nameOf),
        attributes: node.attributes,
      })),
      ...copies,
    ],
  };
}

function bytesOf(data: GraphConstant): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
