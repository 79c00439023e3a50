/**
 * Operations of our own as tfjs kernels. An operation is written once, by stock tfjs operations and by other operations
 * of ours (`compute`); that text runs on any real backend (the eager twin) and, under the tracer, records itself. Only the
 * few primitives that ONNX Runtime has a faster form for say how they are recorded (`record`).
 */
import {
  engine, getKernel, registerGradient, registerKernel, tidy,
  type GradFunc, type NamedAttrMap, type NamedTensorInfoMap, type NamedTensorMap, type Tensor, type TensorInfo,
} from '@tensorflow/tfjs-core';
import { TraceBackend, traceBackendName } from '../trace/trace-backend.js';

export interface OpDefinition {
  name: string;
  compute: (inputs: NamedTensorMap, attributes: NamedAttrMap) => Tensor | Tensor[];
  record?: (backend: TraceBackend, inputs: NamedTensorInfoMap, attributes: NamedAttrMap) => TensorInfo | TensorInfo[];
  gradient?: { inputsToSave?: string[]; outputsToSave?: boolean[]; gradFunc: GradFunc };
}

/** Runs an operation on the current backend, registering it there on its first use. */
export function runOp<T extends Tensor | Tensor[]>(op: OpDefinition, inputs: NamedTensorMap, attributes: NamedAttrMap = {}): T {
  const backendName = engine().backendName;
  if (getKernel(op.name, backendName) === undefined) registerOp(op, backendName);
  return engine().runKernel(op.name, inputs, attributes) as T;
}

function registerOp(op: OpDefinition, backendName: string): void {
  const { compute, record } = op;
  registerKernel({
    kernelName: op.name,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      if (record !== undefined && backendName === traceBackendName && backend instanceof TraceBackend) {
        return record(backend, inputs, attrs ?? {});
      }
      // tfjs types kernel inputs as bare infos; run through the engine they are tensors.
      return tidy(() => compute(inputs as NamedTensorMap, attrs ?? {}));
    },
  });
  if (op.gradient !== undefined) registerGradient({ kernelName: op.name, ...op.gradient });
}
