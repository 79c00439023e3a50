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

/** A frozen tensor that the checkpoint holds under this name: its numbers in float32, unless a form says otherwise. */
export interface WeightSource {
  kind: 'weight';
  name: string;
  form?: WeightForm;
}

/** Numbers rounded to float16, or one part of a matrix that is quantised. */
export type WeightForm = { kind: 'float16' } | QuantisedForm;

/** What one side of a product needs of a quantised matrix, see `quantise-matrix.ts`. */
export interface QuantisedForm {
  kind: 'levels' | 'scales';
  bits: QuantisedBits;
  /** Width of the square tiles. */
  block: number;
  /** [rows, columns] of the matrix. */
  matrix: readonly [number, number];
  /** Whether the product takes it transposed. */
  transposed: boolean;
  /** Scales come multiplied with it. */
  factor: number;
}

export type QuantisedBits = 4 | 8;

/** Where a value comes from. */
export type GraphSource =
  | { kind: 'input'; name: string }
  | WeightSource
  | { kind: 'constant'; data: GraphConstant }
  | { kind: 'node' };

export interface GraphValue {
  dataType: keyof typeof elementBytes;
  shape: readonly number[];
  source: GraphSource;
  /** On the residual stream, which two sums a layer make: where a recomputation of activations can begin. */
  isResidual?: true;
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
