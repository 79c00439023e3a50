/** How the stock tfjs kernels that the model uses are recorded: one ONNX node each. */
import { backend_util, type NamedAttrMap, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { TraceBackend } from './trace-backend.js';

type Recorder = (backend: TraceBackend, inputs: NamedTensorInfoMap, attributes: NamedAttrMap) => TensorInfo;

const binary = (opType: string): Recorder => (backend, inputs) => {
  const a = input(inputs, 'a');
  const b = input(inputs, 'b');
  const outputShape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  return backend.recordOne({ opType, inputs: [a, b], outputShape });
};

const unary = (opType: string): Recorder => (backend, inputs) => {
  const x = input(inputs, 'x');
  return backend.recordOne({ opType, inputs: [x], outputShape: x.shape });
};

export const stockKernels: Readonly<Record<string, Recorder>> = {
  Identity: (backend, inputs) => backend.alias(input(inputs, 'x')),
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Minimum: binary('Min'),
  Abs: unary('Abs'),
  Neg: unary('Neg'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Erf: unary('Erf'),

  Reshape: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    const shape = inferShape(x, numbers(attributes, 'shape'));
    if (shape.join() === x.shape.join()) return backend.alias(x);
    return backend.recordOne({ opType: 'Reshape', inputs: [x, backend.builder.addInt64s(shape)], outputShape: shape }, dtypeOf(x));
  },

  Transpose: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    const perm = numbers(attributes, 'perm');
    return backend.recordOne({
      opType: 'Transpose', inputs: [x], attributes: { perm: { ints: perm } }, outputShape: perm.map((axis) => sizeAt(x, axis)),
    });
  },

  Slice: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    const begin = numbers(attributes, 'begin');
    const size = numbers(attributes, 'size').map((count, axis) => (count < 0 ? sizeAt(x, axis) - (begin[axis] ?? 0) : count));
    const starts = backend.builder.addInt64s(begin);
    const ends = backend.builder.addInt64s(size.map((count, axis) => count + (begin[axis] ?? 0)));
    return backend.recordOne({ opType: 'Slice', inputs: [x, starts, ends], outputShape: size }, dtypeOf(x));
  },

  PadV2: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    const paddings = attributes['paddings'] as unknown as [number, number][];
    const pads = backend.builder.addInt64s([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
    const outputShape = x.shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
    return backend.recordOne({ opType: 'Pad', inputs: [x, pads], outputShape });
  },

  Concat: (backend, inputs, attributes) => {
    const parts = Object.values(inputs).filter((part): part is TensorInfo => part !== undefined);
    const axis = number(attributes, 'axis');
    const outputShape = [...(parts[0]?.shape ?? [])];
    outputShape[axis] = parts.reduce((sum, part) => sum + sizeAt(part, axis), 0);
    return backend.recordOne({ opType: 'Concat', inputs: parts, attributes: { axis: { int: axis } }, outputShape });
  },

  BroadcastTo: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    const shape = numbers(attributes, 'shape');
    return backend.recordOne({ opType: 'Expand', inputs: [x, backend.builder.addInt64s(shape)], outputShape: shape });
  },

  Tile: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    const reps = numbers(attributes, 'reps');
    const outputShape = x.shape.map((size, axis) => size * (reps[axis] ?? 1));
    return backend.recordOne({ opType: 'Tile', inputs: [x, backend.builder.addInt64s(reps)], outputShape });
  },

  Sum: (backend, inputs, attributes) => {
    const { x, axes, keepdims, outputShape } = reduction(inputs, attributes, 'axis');
    return backend.recordOne({ opType: 'ReduceSum', inputs: [x, backend.builder.addInt64s(axes)], attributes: { keepdims }, outputShape });
  },

  Mean: (backend, inputs, attributes) => {
    const { x, axes, keepdims, outputShape } = reduction(inputs, attributes, 'axis');
    return backend.recordOne({ opType: 'ReduceMean', inputs: [x], attributes: { axes: { ints: axes }, keepdims }, outputShape });
  },

  Max: (backend, inputs, attributes) => {
    const { x, axes, keepdims, outputShape } = reduction(inputs, attributes, 'reductionIndices');
    return backend.recordOne({ opType: 'ReduceMax', inputs: [x], attributes: { axes: { ints: axes }, keepdims }, outputShape });
  },

  Softmax: (backend, inputs, attributes) => {
    const x = input(inputs, 'logits');
    return backend.recordOne({ opType: 'Softmax', inputs: [x], attributes: { axis: { int: number(attributes, 'dim') } }, outputShape: x.shape });
  },

  Cast: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    if (attributes['dtype'] !== x.dtype) throw new Error(`Expected no cast while tracing, got ${x.dtype} -> ${String(attributes['dtype'])}.`);
    return backend.alias(x);
  },

  ClipByValue: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    const bound = (name: string): number => backend.builder.addConstant(Float32Array.of(number(attributes, name)), []);
    return backend.recordOne({ opType: 'Clip', inputs: [x, bound('clipValueMin'), bound('clipValueMax')], outputShape: x.shape });
  },

  GatherV2: (backend, inputs, attributes) => {
    const x = input(inputs, 'x');
    const indices = input(inputs, 'indices');
    const axis = number(attributes, 'axis');
    const outputShape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return backend.recordOne({ opType: 'Gather', inputs: [x, indices], attributes: { axis: { int: axis } }, outputShape });
  },
};

function input(inputs: NamedTensorInfoMap, name: string): TensorInfo {
  const info = inputs[name];
  if (info === undefined) throw new Error(`A traced kernel lacks its input "${name}".`);
  return info;
}

function reduction(inputs: NamedTensorInfoMap, attributes: NamedAttrMap, axisName: string) {
  const x = input(inputs, 'x');
  const axes = [attributes[axisName]].flat().map((axis) => (Number(axis) + x.shape.length) % x.shape.length);
  const keepDims = attributes['keepDims'] === true;
  const outputShape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
  return { x, axes, keepdims: { int: Number(keepDims) }, outputShape };
}

function number(attributes: NamedAttrMap, name: string): number {
  return Number(attributes[name]);
}

function numbers(attributes: NamedAttrMap, name: string): number[] {
  return [...(attributes[name] as number[])];
}

function sizeAt(info: TensorInfo, axis: number): number {
  return info.shape[axis] ?? 1;
}

function dtypeOf(info: TensorInfo): 'float32' | 'int32' {
  return info.dtype === 'int32' ? 'int32' : 'float32';
}

/** Fills in the one -1 that tfjs allows in a shape. */
function inferShape(info: TensorInfo, shape: number[]): number[] {
  const size = info.shape.reduce((product, n) => product * n, 1);
  const known = shape.reduce((product, n) => (n < 0 ? product : product * n), 1);
  return shape.map((n) => (n < 0 ? size / known : n));
}
