/**
 * An ONNX model as plain values, before it is bytes. Shapes are static: the graphs encoded here come from a trace.
 * Format: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

export const onnxDataTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

export type OnnxDataType = keyof typeof onnxDataTypes;

export interface OnnxValueInfo {
  name: string;
  dataType: OnnxDataType;
  shape: readonly number[];
}

/** A number is written as INT or FLOAT by its kind: `{int}` and `{float}` keep 1 and 1.0 apart. */
export type OnnxAttribute = { int: number } | { float: number } | { ints: readonly number[] } | { string: string };

export interface OnnxNode {
  opType: string;
  /** '' is ONNX's own set; 'com.microsoft' is ONNX Runtime's. */
  domain: '' | 'com.microsoft';
  name: string;
  /** '' stands for an optional input that is absent. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Where the bytes of a constant lie: inside the model, or in another file at an offset. */
export type OnnxInitializerData =
  | { bytes: Uint8Array }
  | { location: string; byteOffset: number; byteLength: number };

export interface OnnxInitializer extends OnnxValueInfo {
  data: OnnxInitializerData;
}

export interface OnnxModel {
  name: string;
  opset: number;
  inputs: readonly OnnxValueInfo[];
  outputs: readonly OnnxValueInfo[];
  initializers: readonly OnnxInitializer[];
  nodes: readonly OnnxNode[];
}
