import type { OnnxAttribute } from '@eyegazer/formats';
import type { Graph, GraphConstant, GraphNode, GraphSource, GraphValue, ValueId } from './graph.js';

export interface NodeSpec {
  opType: string;
  domain?: '' | 'com.microsoft';
  inputs: readonly (ValueId | null)[];
  attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Shapes of the outputs, all of one type. */
  outputShapes: readonly (readonly number[])[];
  dataType?: GraphValue['dataType'];
}

/** Appends values and nodes to a graph that is being recorded, or rewritten from the values of another. */
export class GraphBuilder {
  readonly #values: GraphValue[];
  readonly #nodes: GraphNode[] = [];

  constructor(values: readonly GraphValue[] = []) {
    this.#values = [...values];
  }

  addValue(dataType: GraphValue['dataType'], shape: readonly number[], source: GraphSource): ValueId {
    return this.#values.push({ dataType, shape: [...shape], source }) - 1;
  }

  addConstant(data: GraphConstant, shape: readonly number[]): ValueId {
    return this.addValue(typeOfConstant(data), shape, { kind: 'constant', data });
  }

  /** A one-dimensional int64 constant, as ONNX wants shapes, axes and paddings. */
  addInt64s(numbers: readonly number[]): ValueId {
    return this.addConstant(BigInt64Array.from(numbers, BigInt), [numbers.length]);
  }

  markResidual(id: ValueId): void {
    const value = this.#values[id];
    if (value !== undefined) this.#values[id] = { ...value, isResidual: true };
  }

  /** Appends a node. @returns the ids of its outputs */
  addNode(spec: NodeSpec): ValueId[] {
    const dataType = spec.dataType ?? 'float32';
    const outputs = spec.outputShapes.map((shape) => this.addValue(dataType, shape, { kind: 'node' }));
    this.#nodes.push({ opType: spec.opType, domain: spec.domain ?? '', inputs: spec.inputs, outputs, attributes: spec.attributes ?? {} });
    return outputs;
  }

  /** Appends a node whose values are there already. */
  append(node: GraphNode): void {
    this.#nodes.push(node);
  }

  build(outputs: Graph['outputs']): Graph {
    return { values: [...this.#values], nodes: [...this.#nodes], outputs };
  }
}

function typeOfConstant(data: GraphConstant): GraphValue['dataType'] {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint16Array) return 'float16';
  if (data instanceof Uint8Array) return 'uint8';
  return data instanceof Int32Array ? 'int32' : 'int64';
}
