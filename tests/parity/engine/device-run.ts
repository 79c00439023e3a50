/**
 * What a device computes, in a process of its own: a driver that crashes must not end the tests. Argument: the device. Sends one
 * `DeviceRun`. Sessions stay open to the end: programs for WebGPU, which SwiftShader compiles for seconds, live as long as one does.
 */
import { join } from 'node:path';
import { AppError, type DeviceId, type LoadedPiece, type Precision } from '@eyegazer/core';
import { createAdamW, createEvalSession, createTrainSession, runSelfTest, trainLoop, type SessionOptions, type StepOutput } from '@eyegazer/engine';
import { encodeOnnx } from '@eyegazer/formats';
import { createOnnxModel, splitFusedProducts, traceTrainStep, type Graph } from '@eyegazer/model';
import { InferenceSession } from 'onnxruntime-node';
import { relativeDistance } from '../../unit/engine/graph-session.js';
import { tinyInput, tinySession, tinyTrainable } from '../../unit/engine/tiny-model.js';
import { golden, goldenFolder, goldenHead, goldenLora, goldenPixels, loadModelWithoutPreprocessor, readTensors } from './golden.js';

export interface DeviceRun {
  /** Of the golden steps. */
  steps: { output: StepOutput; parametersAfter: Map<string, Float32Array> }[];
  /** After them. */
  logits: Float32Array;
  selfTestError: number;
  /** What WebGPU says to a step that may not leave it: as it was traced, and with its fused products split; null when it takes it. */
  refusals: { traced: string | null; split: string | null };
  /** Loss of each update through the training loop, dropout on and every module adapted; of the device, and of the CPU. */
  losses: { device: number[]; cpu: number[] };
  /** How far the gradients of a step are from the same step's on the CPU (for fp16: the float32 step's), or why there is none. */
  precisions: Record<'fp16' | 'int8' | 'int4', { distance: number } | { refusal: string }>;
}

const device = process.argv[2] as DeviceId;
const microBatch = golden.labels.length;
const updates = 4;

const result: DeviceRun = { ...(await runGolden()), selfTestError: (await runSelfTest(device)).maxError, losses: { device: await train(device), cpu: await train('cpu') }, refusals: await placeStep(), precisions: await tryPrecisions() };
process.send?.(result, () => process.exit(0));

async function runGolden(): Promise<Pick<DeviceRun, 'steps' | 'logits'>> {
  const options: SessionOptions = { model: await loadModelWithoutPreprocessor(join(goldenFolder, 'base')), head: goldenHead, adaptation: goldenLora, microBatch, engine: 'traced', device };
  const trainable = readTensors(join(goldenFolder, 'adapter_step0/adapter_model.safetensors'));
  const { betas, eps, lr, weight_decay: decay } = golden.optimizer;
  const optimizer = createAdamW({ trainable, betas, eps, weightDecay: () => decay });
  const training = await createTrainSession(options);
  const steps: DeviceRun['steps'] = [];
  for (let i = 0; i < golden.steps.length; i++) {
    const output = await training.step({ pixels: goldenPixels, targets: golden.labels, sampleWeights: golden.labels.map(() => 1 / microBatch), dropout: null, trainable });
    optimizer.step(output.grads, lr);
    steps.push({ output, parametersAfter: new Map([...trainable].map(([name, values]) => [name, values.slice()])) });
  }
  const evaluating = await createEvalSession(options);
  const logits = await evaluating.logits({ pixels: goldenPixels, n: microBatch, trainable });
  return { steps, logits };
}

async function placeStep(): Promise<DeviceRun['refusals']> {
  const { config, tensors } = await loadModelWithoutPreprocessor(join(goldenFolder, 'base'));
  const place = async (graph: Graph): Promise<string | null> => {
    const model = createOnnxModel(graph, 'step', (name) => ({ bytes: new Uint8Array(tensors.get(name)?.byteLength ?? 0) }));
    const options = { executionProviders: ['webgpu'], logSeverityLevel: 4, extra: { session: { disable_cpu_ep_fallback: '1' } } } as const;
    return InferenceSession.create(encodeOnnx(model), options).then(() => null, (error: Error) => error.message);
  };
  const traced = traceTrainStep({ config, adaptation: goldenLora, head: goldenHead, batch: microBatch });
  return { traced: await place(traced), split: await place(splitFusedProducts(traced)) };
}

async function tryPrecisions(): Promise<DeviceRun['precisions']> {
  const options = await tinySession();
  const input = tinyInput(options, [0, 1, 2], tinyTrainable(options));
  const step = async (overrides: Partial<SessionOptions>): Promise<StepOutput> => (await createTrainSession({ ...options, ...overrides })).step(input);
  const distance = async (precision: Precision, reference: Precision): Promise<{ distance: number } | { refusal: string }> => {
    try {
      return { distance: relativeDistance((await step({ device, precision })).grads, (await step({ precision: reference })).grads) };
    } catch (error) {
      return { refusal: error instanceof AppError ? `${error.code} ${error.message}` : String(error) };
    }
  };
  return { fp16: await distance('fp16', 'fp32'), int8: await distance('int8', 'int8'), int4: await distance('int4', 'int4') };
}

async function train(on: DeviceId): Promise<number[]> {
  const options = { ...(await tinySession()), device: on };
  const trainable = tinyTrainable(options);
  const session = await createTrainSession(options);
  const losses: number[] = [];
  await trainLoop({
    session, pieces: windows(), trainable, optimizer: createAdamW({ trainable, weightDecay: () => 0.01 }), learningRate: () => 0.01, clipNorm: 1, seed: 3,
    signal: new AbortController().signal, onUpdate: ({ loss }) => losses.push(loss), isEvaluationDue: () => false, onEvaluate: async () => null,
  });
  return losses;

  /** Windows of four samples, in micro-batches of three and one. */
  async function* windows(): AsyncGenerator<LoadedPiece> {
    for (let update = 0; update < updates; update++) {
      for (const samples of [[0, 1, 2], [3]]) {
        const { pixels, targets } = tinyInput(options, samples.map((sample) => (sample + update) % 6), trainable);
        yield { update, epoch: 0, positions: samples, windowSize: 4, sampleWeights: samples.map(() => 1 / 4), endsWindow: samples.includes(3), pixels, targets: Float32Array.from(targets) };
      }
    }
  }
}
