import assert from 'node:assert/strict';
import { createEvalSession, createTrainSession, type SessionOptions } from '@eyegazer/engine';
import { encodeHalves } from '@eyegazer/formats';
import { traceTrainStep, type Graph } from '@eyegazer/model';
import { assertClose } from '../../close.js';
import { createGraphSession, relativeDistance, withFloatActivations } from './graph-session.js';
import { tinyInput, tinySession, tinyTrainable } from './tiny-model.js';

const withoutDropout = { loraDropout: 0 };

async function tiny(): Promise<Awaited<ReturnType<typeof tinySession>>> {
  const options = await tinySession();
  return { ...options, adaptation: { ...options.adaptation, ...withoutDropout } };
}

type Options = Awaited<ReturnType<typeof tiny>>;

function trace({ model, adaptation, head, microBatch }: Options, precision: 'fp32' | 'fp16' | 'int8' | 'int4'): Graph {
  return traceTrainStep({ config: model.config, adaptation, head, batch: microBatch, precision });
}

for (const precision of ['int8', 'int4'] as const) {
  describe(`a step with ${precision} frozen weights`, function () {
    this.timeout(30_000);

    it('replaces every product with a frozen matrix of the encoder, and no other', async () => {
      const options = await tiny();
      const graph = trace(options, precision);
      const frozen = (opType: string): string[] => graph.nodes.filter((node) => node.opType === opType).flatMap(({ inputs }) => inputs.flatMap((id) => {
        const source = id === null ? undefined : graph.values[id]?.source;
        return source?.kind === 'weight' ? [source.name] : [];
      }));
      const matrices = (names: readonly string[]): string[] => names.filter((name) => /^encoder\..*(query|key|value|dense)\.weight$/.test(name));
      // Each of six layers' matrices by its levels and scales, forward and backward; nothing trains below the first layer's query, key and value.
      const { numHiddenLayers } = options.model.config;
      assert.equal(matrices(frozen('MatMulNBits')).length, 2 * (6 * numHiddenLayers + 6 * numHiddenLayers - 3));
      assert.deepEqual(matrices(frozen('Gemm')), []);
      assert.ok(frozen('Gemm').includes('embeddings.patch_embeddings.projection.weight'));
    });

    it('gives the true gradient of what it computes: finite differences along the gradient of each tensor', async () => {
      const options = await tiny();
      const trainable = tinyTrainable(options);
      const session = await createGraphSession(withFloatActivations(trace(options, precision)), options);
      const lossAt = async (values: Map<string, Float32Array>): Promise<number> => (await session.step(tinyInput(options, [0, 1, 2], values))).loss;
      const { grads } = await session.step(tinyInput(options, [0, 1, 2], trainable));
      for (const [name, grad] of grads) {
        // The slope along a gradient is its norm.
        const norm = Math.hypot(...grad);
        const length = 0.004;
        const moved = (by: number): Map<string, Float32Array> => new Map([...trainable, [name, trainable.get(name)!.map((value, i) => value + (by * grad[i]!) / norm)]]);
        const slope = ((await lossAt(moved(length))) - (await lossAt(moved(-length)))) / (2 * length);
        assertClose([slope], [norm], { rtol: 2e-3, atol: 2e-5 }, `slope along ${name}`);
      }
      await session.dispose();
    });

    it('stays near that gradient when products round their other side to 8 bits as well', async () => {
      const options = await tiny();
      const trainable = tinyTrainable(options);
      const input = tinyInput(options, [0, 1, 2], trainable);
      const smooth = await createGraphSession(withFloatActivations(trace(options, precision)), options);
      const fast = await createTrainSession({ ...options, precision });
      const distance = relativeDistance((await fast.step(input)).grads, (await smooth.step(input)).grads);
      assert.ok(distance > 0 && distance < 0.15, String(distance));
      await smooth.dispose();
      await fast.dispose();
    });

    it('is evaluated with the same quantised weights', async () => {
      const options = { ...(await tiny()), precision };
      const trainable = tinyTrainable(options);
      const input = tinyInput(options, [0, 1, 2], trainable);
      const training = await createTrainSession(options);
      const evaluating = await createEvalSession(options);
      const { logits } = await training.step(input);
      assertClose(await evaluating.logits({ pixels: input.pixels, n: 3, trainable }), logits, { rtol: 0, atol: 1e-5 }, 'logits');
      await training.dispose();
      await evaluating.dispose();
    });

    it('gives the same bits again, in another session too', async () => {
      const options = { ...(await tinySession()), precision };
      const input = tinyInput(options, [0, 1, 2], tinyTrainable(options));
      const runs = [];
      for (let i = 0; i < 2; i++) {
        const session = await createTrainSession(options);
        runs.push(await session.step(input), await session.step(input));
        await session.dispose();
      }
      for (const run of runs) assert.deepEqual(run, runs[0]);
    });
  });
}

describe('a step in 8 bits', () => {
  it('comes near the float32 step', async () => {
    const options = await tiny();
    const input = tinyInput(options, [0, 1, 2], tinyTrainable(options));
    const [full, int8] = [await createTrainSession(options), await createTrainSession({ ...options, precision: 'int8' })];
    const distance = relativeDistance((await int8.step(input)).grads, (await full.step(input)).grads);
    assert.ok(distance > 1e-4 && distance < 0.15, String(distance));
    await full.dispose();
    await int8.dispose();
  });
});

describe('a step in float16', () => {
  const typeOf = (graph: Graph, id: number | null | undefined): string => graph.values[id ?? -1]?.dataType ?? 'none';

  it('computes the products of the encoder in float16; norms, softmax, sums, residual sums and the head in float32', async () => {
    const graph = trace(await tiny(), 'fp16');
    const types = (opType: string): Set<string> => new Set(graph.nodes.filter((node) => node.opType === opType).map(({ inputs }) => typeOf(graph, inputs[0])));
    for (const opType of ['LayerNormalization', 'Softmax', 'ReduceSum']) assert.deepEqual([...types(opType)], ['float32'], opType);
    assert.deepEqual([...types('FusedMatMul')], ['float16']);
    for (const { opType, inputs, outputs } of graph.nodes) {
      if (opType !== 'Gemm') continue;
      const names = inputs.map((id) => (id === null ? undefined : graph.values[id]?.source)).map((source) => (source?.kind === 'weight' || source?.kind === 'input' ? source.name : ''));
      if (names.some((name) => /^encoder\..*weight$/.test(name))) assert.equal(typeOf(graph, outputs[0]), 'float16', names.join());
      if (names.some((name) => /classifier|embeddings/.test(name))) assert.equal(typeOf(graph, outputs[0]), 'float32', names.join());
    }
    const norms = graph.nodes.filter(({ opType }) => opType === 'LayerNormalization').map(({ inputs }) => inputs[0]);
    const sums = graph.nodes.filter(({ opType, outputs }) => opType === 'Add' && norms.includes(outputs[0]));
    assert.equal(sums.length, 4, 'the residual stream is summed in float32 before four of five norms');
  });

  it('takes and gives what trains in float32, and holds no frozen matrix of the encoder in float32', async () => {
    const graph = trace(await tiny(), 'fp16');
    const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
    for (const { value, name } of graph.outputs) assert.equal(typeOf(graph, value), 'float32', name);
    graph.values.forEach(({ source, dataType, shape }, id) => {
      if (!read.has(id)) return;
      if (source.kind === 'input') assert.equal(dataType, 'float32', source.name);
      if (source.kind === 'weight' && source.name.startsWith('encoder.') && shape.length === 2) assert.equal(dataType, 'float16', source.name);
    });
  });

  it('comes as near the float32 step as eleven bits can, with and without a loss scale', async () => {
    const options = await tiny();
    const trainable = tinyTrainable(options);
    const input = tinyInput(options, [0, 1, 2], trainable);
    const full = await createTrainSession(options);
    const half = await createGraphSession(trace(options, 'fp16'), options);
    const expected = await full.step(input);
    for (const scale of [1, 1024]) {
      const output = await half.step({ ...input, sampleWeights: Array.from(input.sampleWeights, (weight) => weight * scale) });
      assertClose([output.loss / scale], [expected.loss], { rtol: 1e-3, atol: 0 }, 'loss');
      const grads = new Map([...output.grads].map(([name, grad]) => [name, grad.map((value) => value / scale)]));
      const distance = relativeDistance(grads, expected.grads);
      // One rounding is 2^-11 = 0.0005; two layers, forward and backward, add up some.
      assert.ok(distance > 1e-5 && distance < 5e-3, `${distance} at scale ${scale}`);
    }
    await full.dispose();
    await half.dispose();
  });
});

describe('float16', () => {
  it('is encoded as the nearest, ties to even, subnormal, infinite and NaN included', () => {
    const cases: [number, number][] = [
      [0, 0], [-0, 0x8000], [1, 0x3c00], [-2, 0xc000], [65504, 0x7bff], [65519, 0x7bff], [65520, 0x7c00], [1e9, 0x7c00], [-Infinity, 0xfc00],
      [2 ** -14, 0x0400], [2 ** -24, 0x0001], [2 ** -25, 0x0000], [2 ** -25 * 1.01, 0x0001], [3 * 2 ** -25, 0x0002], [2 ** -30, 0],
      [1 + 2 ** -11, 0x3c00], [1 + 3 * 2 ** -11, 0x3c02], [1 + 2 ** -11 * 1.01, 0x3c01], [2 - 2 ** -12, 0x4000], [2 ** -14 - 2 ** -26, 0x0400],
    ];
    const bits = encodeHalves(Float32Array.from(cases, ([value]) => value));
    assert.deepEqual([...bits], cases.map(([, half]) => half));
    const [nan = 0] = encodeHalves(Float32Array.of(Number.NaN));
    assert.ok((nan & 0x7c00) === 0x7c00 && (nan & 0x3ff) !== 0);
  });

  it('comes back from its value for all 63,488 finite numbers', () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
    const values = Float32Array.from(halves, (half) => {
      const [exponent, mantissa] = [(half >> 10) & 31, half & 1023];
      return (half & 0x8000 ? -1 : 1) * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
    });
    assert.deepEqual(encodeHalves(values), halves);
  });
});

describe('a precision that cannot be had', () => {
  const refused: { title: string; overrides: Partial<SessionOptions>; says: RegExp }[] = [
    { title: 'fp16 on the CPU', overrides: { precision: 'fp16' }, says: /float16 is for GPUs.*got fp16. Choose int8/ },
    { title: 'fp16 in the eager engine', overrides: { precision: 'fp16', engine: 'eager', device: 'webgpu' }, says: /eager engine computes in fp32.*Choose fp32, or the traced engine/ },
    { title: 'int8 in the eager engine', overrides: { precision: 'int8', engine: 'eager' }, says: /eager engine computes in fp32, got int8/ },
    { title: 'int8 with full fine-tuning', overrides: { precision: 'int8', adaptation: { method: 'full' } }, says: /no frozen weights.*Choose fp32/ },
    { title: 'int4 with full fine-tuning', overrides: { precision: 'int4', adaptation: { method: 'full' } }, says: /no frozen weights.*got int4/ },
  ];
  for (const { title, overrides, says } of refused) {
    it(`is refused with what to choose: ${title}`, async () => {
      const options: SessionOptions = { ...(await tinySession()), ...overrides };
      for (const create of [createTrainSession, createEvalSession]) {
        await assert.rejects(create(options), (error: Error & { code?: string }) => error.code === 'UNSUPPORTED' && says.test(error.message));
      }
    });
  }
});
