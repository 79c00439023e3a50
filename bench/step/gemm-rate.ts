import { encodeOnnx, type OnnxModel } from '@eyegazer/formats';
import { createRandomKey, randomUniform } from '@eyegazer/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface GemmRate {
  /** [rows, widths of the chain]. */
  shape: string;
  flopsPerSecond: number;
}

export interface GemmShape {
  rows: number;
  widths: readonly [number, number];
}

/** Chains of products with constant weights, as a network has them; the best of them is the machine's rate. */
const chains: readonly GemmShape[] = [
  { rows: 1576, widths: [768, 3072] },
  { rows: 1576, widths: [768, 768] },
  { rows: 788, widths: [768, 3072] },
  { rows: 6304, widths: [192, 768] },
  { rows: 1576, widths: [192, 768] },
  { rows: 1024, widths: [1024, 1024] },
  { rows: 2048, widths: [2048, 2048] },
];
const links = 8;
const repetitions = 5;

export function nameShape({ rows, widths }: GemmShape): string {
  return [rows, ...widths].join(' x ');
}

/** Floating-point operations a second of ONNX Runtime's Gemm, for each shape of the list and the given one; the best of five runs of each. */
export async function measureGemmRates(threads: number, own: GemmShape): Promise<GemmRate[]> {
  const rates: GemmRate[] = [];
  const isListed = chains.some((chain) => nameShape(chain) === nameShape(own));
  for (const shape of isListed ? chains : [...chains, own]) {
    const { rows, widths: [first, second] } = shape;
    const session = await InferenceSession.create(encodeOnnx(createChain(rows, first, second)), { intraOpNumThreads: threads, enableMemPattern: false });
    const x = new Tensor('float32', new Float32Array(rows * first).fill(0.5), [rows, first]);
    await session.run({ x });
    let best = Infinity;
    for (let i = 0; i < repetitions; i++) {
      const startedAt = performance.now();
      await session.run({ x });
      best = Math.min(best, performance.now() - startedAt);
    }
    await session.release();
    rates.push({ shape: nameShape(shape), flopsPerSecond: (links * 2 * rows * first * second) / (best / 1000) });
  }
  return rates;
}

/** x W1^T W2^T W1^T ...: intermediate results stay inside, so that the memory of outputs costs nothing. */
function createChain(rows: number, first: number, second: number): OnnxModel {
  const weight = (name: string, shape: [number, number]): OnnxModel['initializers'][number] => {
    const key = createRandomKey(3, name);
    const values = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => (randomUniform(key, i) - 0.5) / Math.sqrt(shape[1]));
    return { name, dataType: 'float32', shape, data: { bytes: new Uint8Array(values.buffer) } };
  };
  const value = (i: number): string => (i === 0 ? 'x' : i === links ? 'y' : `v${i}`);
  return {
    name: 'chain',
    opset: 17,
    inputs: [{ name: 'x', dataType: 'float32', shape: [rows, first] }],
    outputs: [{ name: 'y', dataType: 'float32', shape: [rows, first] }],
    initializers: [weight('up', [second, first]), weight('down', [first, second])],
    nodes: Array.from({ length: links }, (_, i) => ({
      opType: 'Gemm', domain: '', name: `gemm_${i}`, inputs: [value(i), i % 2 === 0 ? 'up' : 'down'], outputs: [value(i + 1)], attributes: { transB: { int: 1 } },
    })),
  };
}
