import { KernelBackend, type BackendValues, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OnnxAttribute } from '@eyegazer/formats';
import { GraphBuilder } from '../graph/graph-builder.js';
import type { GraphSource, ValueId } from '../graph/graph.js';

export const traceBackendName = 'eyegazer-trace';

/** What a traced tensor holds in place of numbers: the value it stands for. */
class TracedData {
  constructor(readonly value: ValueId) {}
}

/** What a tfjs tensor can hold of a graph's types; int64 is for shapes and axes only. */
export type TracedType = 'float32' | 'int32';

export interface TracedNode {
  opType: string;
  domain?: '' | 'com.microsoft';
  inputs: readonly (TensorInfo | ValueId | null)[];
  attributes?: Readonly<Record<string, OnnxAttribute>>;
  outputShapes: readonly (readonly number[])[];
}

/** A tfjs backend that computes nothing: each kernel call becomes a node of a graph. */
export class TraceBackend extends KernelBackend {
  readonly builder = new GraphBuilder();

  /** A tensor that stands for an input or a weight of the graph. */
  declareValue(dataType: TracedType, shape: readonly number[], source: GraphSource): TensorInfo {
    return tracedInfo(this.builder.addValue(dataType, shape, source), shape, dataType);
  }

  /** The graph value a traced tensor stands for. */
  idOf(info: TensorInfo): ValueId {
    if (info.dataId instanceof TracedData) return info.dataId.value;
    throw new Error(`A tensor of shape [${info.shape.join(', ')}] of another backend was used while tracing. Declare it as an input.`);
  }

  /** Records one node. @returns its outputs, of the type of the first input (or of `dataType`) */
  record(node: TracedNode, dataType: TracedType = 'float32'): TensorInfo[] {
    const inputs = node.inputs.map((input) => (input === null || typeof input === 'number' ? input : this.idOf(input)));
    const ids = this.builder.addNode({ ...node, inputs, dataType });
    return ids.map((id, i) => tracedInfo(id, node.outputShapes[i] ?? [], dataType));
  }

  /** Records a node with one output. */
  recordOne(node: Omit<TracedNode, 'outputShapes'> & { outputShape: readonly number[] }, dataType?: TracedType): TensorInfo {
    const [output] = this.record({ ...node, outputShapes: [node.outputShape] }, dataType);
    if (output === undefined) throw new Error(`${node.opType} has no output.`);
    return output;
  }

  /** The same value under a new handle, so that each tensor is disposed on its own. */
  alias(info: TensorInfo, shape: readonly number[] = info.shape): TensorInfo {
    return tracedInfo(this.idOf(info), shape, info.dtype);
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): object {
    const data = dtype === 'int32' ? Int32Array.from(values as ArrayLike<number>) : toFloat32(values);
    return new TracedData(this.builder.addConstant(data, shape));
  }

  override numDataIds(): number {
    return 0;
  }

  override disposeData(): boolean {
    return true;
  }

  override incRef(): void {}

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override readSync(): BackendValues {
    throw new Error('The value of a traced tensor was asked for: a step must not depend on values while it is traced.');
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override dispose(): void {}
}

function tracedInfo(value: ValueId, shape: readonly number[], dtype: DataType): TensorInfo {
  return { dataId: new TracedData(value), shape: [...shape], dtype };
}

function toFloat32(values: BackendValues): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
}
