import { engine, getKernel, registerBackend, registerKernel, removeBackend, setBackend, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eliminateDeadNodes } from '../graph/eliminate-dead-nodes.js';
import { foldAddsIntoGemms } from '../graph/fold-adds-into-gemms.js';
import type { Graph } from '../graph/graph.js';
import { mergeCommonNodes } from '../graph/merge-common-nodes.js';
import { stockKernels } from './stock-kernels.js';
import { TraceBackend, traceBackendName, type TracedType } from './trace-backend.js';

/** Makes the tensors a traced function starts from. */
export interface Tracer {
  /** An input that is fed at every run. */
  input: (name: string, shape: readonly number[], dataType?: TracedType) => Tensor;
  /** A frozen tensor of the checkpoint; `shape` may regroup its dimensions. */
  weight: (name: string, shape: readonly number[]) => Tensor;
}

/**
 * Runs a function on traced tensors and gives back the graph of all it did: dead nodes gone, common ones merged, sums
 * folded into products. tfjs's engine is global: nothing else may use it meanwhile, so the function is synchronous.
 * @param record returns the outputs by name
 */
export function traceGraph(record: (tracer: Tracer) => Readonly<Record<string, Tensor>>): Graph {
  const backend = new TraceBackend();
  const previous: string | null = engine().backendName ?? null;
  registerTraceKernels();
  registerBackend(traceBackendName, () => backend);
  // A backend with a synchronous factory is set before the promise is returned.
  void setBackend(traceBackendName);
  try {
    const outputs: { name: string; value: number }[] = [];
    tidy(() => {
      const declare = (...args: Parameters<TraceBackend['declareValue']>): Tensor => engine().makeTensorFromTensorInfo(backend.declareValue(...args));
      const results = record({
        input: (name, shape, dataType = 'float32') => declare(dataType, shape, { kind: 'input', name }),
        weight: (name, shape) => declare('float32', shape, { kind: 'weight', name }),
      });
      for (const [name, tensor] of Object.entries(results)) outputs.push({ name, value: backend.idOf(tensor) });
    });
    const graph = backend.builder.build(outputs);
    return foldAddsIntoGemms(mergeCommonNodes(eliminateDeadNodes(graph)));
  } finally {
    removeBackend(traceBackendName);
    if (previous !== null) void setBackend(previous);
  }
}

function registerTraceKernels(): void {
  for (const [kernelName, recorder] of Object.entries(stockKernels)) {
    if (getKernel(kernelName, traceBackendName) !== undefined) continue;
    registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        if (!(backend instanceof TraceBackend)) throw new Error('A trace kernel ran on another backend.');
        return recorder(backend, inputs, attrs ?? {});
      },
    });
  }
}
