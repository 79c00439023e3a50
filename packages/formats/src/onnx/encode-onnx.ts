import { ProtoWriter } from './proto-writer.js';
import { onnxDataTypes, type OnnxAttribute, type OnnxInitializer, type OnnxModel, type OnnxNode, type OnnxValueInfo } from './onnx-model.js';

/** IR version 9 goes with opsets up to 21 and is read by every ONNX Runtime since 1.17. */
const irVersion = 9;
const externalLocation = 1;

/**
 * Encodes a model as the bytes of an `.onnx` file (a serialised ModelProto).
 * An initializer with a `location` is written as external data; the reader finds the file by that relative path.
 */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const domains = new Set(model.nodes.map((node) => node.domain));
  const writer = new ProtoWriter().int(1, irVersion).string(2, 'eyegazer');
  writer.message(7, (graph) => {
    for (const node of model.nodes) graph.message(1, (inner) => writeNode(inner, node));
    graph.string(2, model.name);
    for (const initializer of model.initializers) graph.message(5, (inner) => writeInitializer(inner, initializer));
    for (const input of model.inputs) graph.message(11, (inner) => writeValueInfo(inner, input));
    for (const output of model.outputs) graph.message(12, (inner) => writeValueInfo(inner, output));
  });
  writer.message(8, (opset) => opset.string(1, '').int(2, model.opset));
  if (domains.has('com.microsoft')) writer.message(8, (opset) => opset.string(1, 'com.microsoft').int(2, 1));
  return writer.finish();
}

function writeNode(writer: ProtoWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  writer.string(3, node.name).string(4, node.opType);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
  if (node.domain !== '') writer.string(7, node.domain);
}

function writeAttribute(writer: ProtoWriter, name: string, attribute: OnnxAttribute): void {
  writer.string(1, name);
  if ('float' in attribute) writer.float(2, attribute.float).int(20, 1);
  else if ('int' in attribute) writer.int(3, attribute.int).int(20, 2);
  else if ('string' in attribute) writer.string(4, attribute.string).int(20, 3);
  else {
    for (const value of attribute.ints) writer.int(8, value);
    writer.int(20, 7);
  }
}

function writeInitializer(writer: ProtoWriter, initializer: OnnxInitializer): void {
  const { data } = initializer;
  for (const size of initializer.shape) writer.int(1, size);
  writer.int(2, onnxDataTypes[initializer.dataType]).string(8, initializer.name);
  if ('bytes' in data) {
    writer.bytes(9, data.bytes);
    return;
  }
  const entries = { location: data.location, offset: String(data.byteOffset), length: String(data.byteLength) };
  for (const [key, value] of Object.entries(entries)) writer.message(13, (entry) => entry.string(1, key).string(2, value));
  writer.int(14, externalLocation);
}

function writeValueInfo(writer: ProtoWriter, value: OnnxValueInfo): void {
  writer.string(1, value.name);
  writer.message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.int(1, onnxDataTypes[value.dataType]);
      tensor.message(2, (shape) => {
        for (const size of value.shape) shape.message(1, (dimension) => dimension.int(1, size));
      });
    });
  });
}
