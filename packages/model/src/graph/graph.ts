/**
 * A static computation graph: what a trace records and what is encoded as ONNX. Nodes are ONNX nodes in an order that
 * can be run; values are numbered; every shape is known.
 */
import type { OnnxAttribute } from '@eyegazer/formats';

export type ValueId = number;

/** Bytes of an element of each type. */
export const elementBytes = { float32: 4, float16: 2, uint8: 1, int32: 4, int64: 8 } as const;

/** float16 is held as its bits, in a Uint16Array. */
export type GraphConstant = Float32Array | Uint16Array | Uint8Array | Int32Array | BigInt64Array;

/** Where a value comes from. A `weight` is a frozen tensor that the checkpoint file holds under this name. */
export type GraphSource =
  | { kind: 'input'; name: string }
  | { kind: 'weight'; name: string }
  | { kind: 'constant'; data: GraphConstant }
  | { kind: 'node' };

export interface GraphValue {
  dataType: keyof typeof elementBytes;
  shape: readonly number[];
  source: GraphSource;
}

export interface GraphNode {
  opType: string;
  domain: '' | 'com.microsoft';
  /** null is an optional input that is absent. */
  inputs: readonly (ValueId | null)[];
  outputs: readonly ValueId[];
  attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface Graph {
  values: readonly GraphValue[];
  nodes: readonly GraphNode[];
  outputs: readonly { name: string; value: ValueId }[];
}

/** Number of elements of a shape. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of a value. */
export function bytesOfValue({ dataType, shape }: Pick<GraphValue, 'dataType' | 'shape'>): number {
  return sizeOfShape(shape) * elementBytes[dataType];
}

/** The value behind an id. @throws Error when the graph is inconsistent, which is a defect of ours. */
export function valueOf(graph: Graph, id: ValueId): GraphValue {
  const value = graph.values[id];
  if (value === undefined) throw new Error(`Value ${id} is not in the graph of ${graph.values.length} values.`);
  return value;
}
