import { createHash } from 'node:crypto';
import { deviceKindOf, type DeviceId } from '@eyegazer/core';
import { encodeOnnx, type BaseModel } from '@eyegazer/formats';
import { createOnnxModel, scheduleNodes, splitFusedProducts, type Graph } from '@eyegazer/model';
import * as ort from 'onnxruntime-node';
import { executionProvidersOf } from '../devices/execution-providers.js';
import { explainDeviceError } from '../devices/explain-device-error.js';
import type { CompiledGraphs } from './compiled-graphs.js';
import { placeWeights } from './place-weights.js';

/** A traced graph, compiled. */
export interface OnnxSession {
  run: (feeds: ort.InferenceSession.OnnxValueMapType) => Promise<ort.InferenceSession.OnnxValueMapType>;
  dispose: () => Promise<void>;
}

export interface OnnxSessionOptions {
  model: BaseModel;
  threads: number | undefined;
  device: DeviceId | undefined;
  /** Where a graph that was compiled before is found. */
  compiled?: CompiledGraphs | undefined;
}

/** Compiles a graph for ONNX Runtime, or finds it compiled. @throws as `compileGraph` */
export async function createOnnxSession(graph: Graph, options: OnnxSessionOptions): Promise<OnnxSession> {
  const { compiled, model, threads, device } = options;
  if (compiled === undefined) return compileGraph(graph, options);
  // Weights by name and form in place of their bytes: what a graph computes, in a form that can be compared.
  const text = encodeOnnx(createOnnxModel(graph, 'step', (name, form) => ({ location: JSON.stringify([name, form]), byteOffset: 0, byteLength: 0 })));
  const key = createHash('sha256').update(text).update(JSON.stringify([model.dir, threads, device])).digest('hex');
  return compiled.open(key, () => compileGraph(graph, options));
}

/**
 * Compiles a graph for ONNX Runtime. The frozen weights stay in the checkpoint: the graph points into the folder's files, and ONNX
 * Runtime maps them, or copies them to the device once. `run` blocks the thread it is called on for the whole step.
 * @throws AppError UNSUPPORTED saying what is missing when the device cannot be used; WebGPU may say so at the first run only
 */
async function compileGraph(traced: Graph, { model, threads, device = 'cpu' }: OnnxSessionOptions): Promise<OnnxSession> {
  const graph = deviceKindOf(device) === 'webgpu' ? splitFusedProducts(traced) : traced;
  const weights = await placeWeights(graph, model);
  const bytes = encodeOnnx(createOnnxModel({ ...graph, nodes: scheduleNodes(graph).written }, 'step', weights.find));
  const creating = ort.InferenceSession.create(bytes, {
    executionProviders: executionProvidersOf(device),
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    // A pattern would reserve one block for the whole step, hand it back after each run and take twice the memory.
    enableMemPattern: false,
    logSeverityLevel: 3,
    externalData: weights.externalData,
    extra: {
      // It would turn a thin transposed gradient back into the slow product, and change the order that the memory plan chose.
      optimization: { disable_specified_optimizers: 'GemmTransposeFusion' },
      session: {
        model_external_initializers_file_folder_path: model.dir,
        // How long a thread without work spins before it sleeps. Most of a step's operations follow each other within this time, and
        // waking a sleeper takes as long as a small one. ONNX Runtime's own choice, much longer, halves the speed beside a busy
        // process, such as our own image loader.
        'intra_op.spin_duration_us': '50',
      },
    },
  });
  const explained = <T>(result: Promise<T>): Promise<T> => (device === 'cpu' ? result : result.catch((error: unknown) => Promise.reject(explainDeviceError(device, error))));
  const session = await explained(creating);
  return { run: (feeds) => explained(session.run(feeds)), dispose: () => session.release() };
}
