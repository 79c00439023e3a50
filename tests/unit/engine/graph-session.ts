import type { StepInput, TrainSession } from '@eyegazer/engine';
import { encodeHalves, encodeOnnx, type BaseModel, type OnnxInitializerData } from '@eyegazer/formats';
import {
  createOnnxModel, encodeTargets, findUsedValues, gradientName, packLevels, packScales, quantiseMatrix, stepNames, trainableShapes, valueOf,
  type Graph, type HeadSpec, type LoraAdaptation, type WeightForm,
} from '@eyegazer/model';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * Runs the graph of a training step without dropout on the CPU as it is: with nodes that a test has changed, or in float16, which
 * the engine itself refuses there. Weights are read by the test's own few lines.
 */
export async function createGraphSession(graph: Graph, { model, adaptation, head, microBatch }: { model: BaseModel; adaptation: LoraAdaptation; head: HeadSpec; microBatch: number }): Promise<TrainSession> {
  const weights = await readWeights(graph, model);
  const bytes = encodeOnnx(createOnnxModel(graph, 'step', (name, form) => weights.get(JSON.stringify([name, form]))!));
  const session = await InferenceSession.create(bytes, { enableMemPattern: false, logSeverityLevel: 3 });
  const shapes = trainableShapes({ config: model.config, adaptation, head });
  const { numChannels, imageSize } = model.config;
  const step = async ({ pixels, targets, sampleWeights, trainable }: StepInput): ReturnType<TrainSession['step']> => {
    const outputs = await session.run({
      [stepNames.pixels]: new Tensor('float32', pixels, [microBatch, numChannels, imageSize, imageSize]),
      [stepNames.targets]: new Tensor('float32', encodeTargets(targets, { head, batch: microBatch }), [microBatch, head.numOutputs]),
      [stepNames.weights]: new Tensor('float32', Float32Array.from(sampleWeights), [microBatch, 1]),
      ...Object.fromEntries([...shapes].map(([name, shape]) => [name, new Tensor('float32', trainable.get(name)!, shape)])),
    });
    const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array;
    return { loss: floats(stepNames.loss)[0]!, logits: floats(stepNames.logits), grads: new Map([...shapes.keys()].map((name) => [name, floats(gradientName(name))])) };
  };
  return { microBatch, step, dispose: () => session.release() };
}

async function readWeights(graph: Graph, model: BaseModel): Promise<Map<string, OnnxInitializerData>> {
  const weights = new Map<string, OnnxInitializerData>();
  for (const id of findUsedValues(graph)) {
    const { source } = valueOf(graph, id);
    if (source.kind === 'weight') weights.set(JSON.stringify([source.name, source.form]), { bytes: bytesIn(await model.readTensor(source.name), source.form) });
  }
  return weights;
}

function bytesIn(values: Float32Array, form: WeightForm | undefined): Uint8Array {
  if (form === undefined) return bytesOf(values);
  if (form.kind === 'float16') return bytesOf(encodeHalves(values));
  const { bits, block, transposed, matrix: [rows, columns] } = form;
  const quantised = quantiseMatrix(values, { rows, columns, bits, block });
  return form.kind === 'levels' ? packLevels(quantised, transposed) : bytesOf(packScales(quantised, form));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A quantised graph with float32 activations: the function it computes is smooth, so differences can be taken of it. */
export function withFloatActivations(graph: Graph): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.opType === 'MatMulNBits' ? { ...node, attributes: { ...node.attributes, accuracy_level: { int: 1 } } } : node)) };
}

/** |a - b| / |b| over all gradients together. */
export function relativeDistance(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
  let apart = 0;
  let size = 0;
  for (const [name, expected] of b) {
    const got = a.get(name)!;
    for (let i = 0; i < expected.length; i++) {
      apart += (got[i]! - expected[i]!) ** 2;
      size += expected[i]! ** 2;
    }
  }
  return Math.sqrt(apart / size);
}
