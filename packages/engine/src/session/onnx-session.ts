import { basename } from 'node:path';
import { AppError, deviceKindOf, type DeviceId } from '@eyegazer/core';
import { encodeOnnx, type BaseModel, type OnnxInitializerData } from '@eyegazer/formats';
import { createOnnxModel, splitFusedProducts, type Graph } from '@eyegazer/model';
import * as ort from 'onnxruntime-node';
import { executionProvidersOf } from '../devices/execution-providers.js';
import { explainDeviceError } from '../devices/explain-device-error.js';

/** A traced graph, compiled. */
export interface OnnxSession {
  run: (feeds: ort.InferenceSession.OnnxValueMapType) => Promise<ort.InferenceSession.OnnxValueMapType>;
  dispose: () => Promise<void>;
}

export interface OnnxSessionOptions {
  model: BaseModel;
  threads: number | undefined;
  device: DeviceId | undefined;
}

/**
 * Compiles a graph for ONNX Runtime. The frozen weights stay in the checkpoint: the graph points into the folder's files, and ONNX
 * Runtime maps them, or copies them to the device once. `run` blocks the thread it is called on for the whole step.
 * @throws AppError UNSUPPORTED saying what is missing when the device cannot be used
 */
export async function createOnnxSession(traced: Graph, { model, threads, device = 'cpu' }: OnnxSessionOptions): Promise<OnnxSession> {
  const graph = deviceKindOf(device) === 'webgpu' ? splitFusedProducts(traced) : traced;
  const converted = await readConvertedWeights(graph, model);
  const bytes = encodeOnnx(createOnnxModel(graph, 'step', (name) => converted.get(name) ?? locateWeight(model, name)));
  const creating = ort.InferenceSession.create(bytes, {
    executionProviders: executionProvidersOf(device),
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    // A pattern would reserve one block for the whole step, hand it back after each run and take twice the memory.
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: {
      session: {
        model_external_initializers_file_folder_path: model.dir,
        // Threads that spin while they wait cost 2 % less on an idle machine and halve the speed beside a busy process,
        // such as our own image loader.
        'intra_op.allow_spinning': '0',
      },
    },
  });
  const session = await (device === 'cpu' ? creating : creating.catch((error: unknown) => Promise.reject(explainDeviceError(device, error))));
  return { run: (feeds) => session.run(feeds), dispose: () => session.release() };
}

function locateWeight(model: BaseModel, name: string): OnnxInitializerData {
  const tensor = model.tensors.get(name);
  if (tensor === undefined) throw new AppError('BAD_MODEL', `${model.weightsPath}: expected a tensor "${name}", found none.`);
  return { location: basename(tensor.path), byteOffset: tensor.byteOffset, byteLength: tensor.byteLength };
}

/** Weights that are not in the file as they are used are read once and go into the graph. */
async function readConvertedWeights(graph: Graph, model: BaseModel): Promise<Map<string, OnnxInitializerData>> {
  const converted = new Map<string, OnnxInitializerData>();
  for (const { source } of graph.values) {
    if (source.kind !== 'weight' || converted.has(source.name)) continue;
    if (model.tensors.get(source.name)?.isInPlace === true) continue;
    const values = await model.readTensor(source.name);
    converted.set(source.name, { bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
  }
  return converted;
}
