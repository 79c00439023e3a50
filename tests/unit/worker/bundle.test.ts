import assert from 'node:assert/strict';
import { createRandomKey, evaluateLogits, parseExperimentConfig, randomNormal, randomUint32, resolveTask, type ManifestSample } from '@eyegazer/core';
import { loraTensorShapes, type ViTConfig } from '@eyegazer/formats';
import { createBundle, formatFloat32, type BundleFacts } from '@eyegazer/worker';

const hash = 'a'.repeat(64);
const vit: ViTConfig = {
  architectures: [], hiddenSize: 8, numHiddenLayers: 2, numAttentionHeads: 2, intermediateSize: 16, imageSize: 16, patchSize: 8, numChannels: 3,
  layerNormEps: 1e-12, qkvBias: true, hiddenAct: 'gelu', initializerRange: 0.02, modelType: 'vit', numPrefixTokens: 1, hasLayerScale: false, headInput: 'classToken',
};

function factsOf(config: object, ids: string[]): BundleFacts {
  const parsed = parseExperimentConfig({ dataset: 'toy', ...config });
  const classNames = ['none', 'mild', 'severe'];
  const task = resolveTask(parsed.task, classNames.length);
  const outputs = task.kind === 'multiclass' ? 3 : task.kind === 'binary' ? 2 : 1;
  const heldOut: ManifestSample[] = ids.map((id, i) => ({ id, label: i % 3, split: 'eval', shard: 0, byteOffset: 0, byteLength: 1, sha256: hash, width: 1, height: 1 }));
  const logits = ids.map((_, i) => Float32Array.from({ length: outputs }, (_, k) => randomNormal(createRandomKey(3), i * outputs + k)));
  const evaluation = evaluateLogits({ task, classNames, logits, labels: heldOut.map(({ label }) => label ?? 0), update: 5, epoch: 1, learningRate: 0.1, trainLoss: 1 });
  const { adapter } = parsed;
  const shapes = loraTensorShapes(vit, adapter, outputs);
  const tensors = new Map([...shapes].map(([name, shape]) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]));
  return {
    name: 'toy run', config: parsed, task, dataset: { name: 'toy', version: 2, classNames },
    baseModel: {
      name: 'vit', source: '/models/vit', config: vit,
      preprocessor: { size: { height: 16, width: 16 }, centerCropFrom: null, resample: 'bilinear', doRescale: true, rescaleFactor: 1 / 255, doNormalize: true, imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5] },
    },
    heldOut, best: { evaluation, logits, tensors }, history: [evaluation], findings: [], stopReason: null,
  };
}

const textOf = (facts: BundleFacts, name: string): string => new TextDecoder().decode(createBundle(facts).find((file) => file.name === name)?.bytes);

describe('bundle', () => {
  it('writes floats in the fewest digits that read back to the same float32', () => {
    assert.equal(formatFloat32(Math.fround(0.1)), '0.1');
    assert.equal(formatFloat32(-2), '-2');
    assert.equal(formatFloat32(-0), '-0');
    assert.equal(formatFloat32(Math.fround(1e-45)), '1e-45');
    assert.equal(formatFloat32(3.4028234663852886e38), '3.4028235e+38');
    const key = createRandomKey(11);
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    for (let i = 0; i < 20_000; i++) {
      bits[0] = randomUint32(key, i);
      const value = float[0] ?? 0;
      if (!Number.isFinite(value)) continue;
      assert.ok(Object.is(Math.fround(Number(formatFloat32(value))), value), `bits ${bits[0]}`);
    }
  });

  it('quotes an id that holds a comma or a quote', () => {
    const csv = textOf(factsOf({}, ['plain', 'with, comma', 'with "quote"']), 'predictions.csv');
    assert.deepEqual(csv.split('\n').map((line) => /^(".*"|[^,]*),/.exec(line)?.[1]).slice(0, 4), ['id', 'plain', '"with, comma"', '"with ""quote"""']);
  });

  it('counts a grade in the bin that the thresholds put it in', () => {
    const facts = factsOf({ task: { kind: 'regression' } }, ['a', 'b', 'c', 'd']);
    const rows = textOf(facts, 'predictions.csv').trimEnd().split('\n').slice(1).map((line) => line.split(','));
    assert.deepEqual(rows.map(([, label]) => label), ['0', '1', '2', '0']);
    for (const [, , prediction, grade] of rows) assert.equal(Number(prediction), [0.5, 1.5].filter((cut) => Number(grade) > cut).length);
    assert.deepEqual(JSON.parse(textOf(facts, 'labels.json')).thresholds, [0.5, 1.5]);
  });

  it('tells how a classic adapter loads in Transformers from 5.9 on', () => {
    const readme = textOf(factsOf({ export: { naming: 'classic' } }, ['a']), 'README.md');
    assert.ok(readme.includes('config.target_modules = {"q_proj", "v_proj"}'));
    assert.ok(readme.includes('r"encoder\\.layer\\.(\\d+)\\.attention\\.attention\\.query": r"layers.\\1.attention.q_proj"'));
    assert.ok(readme.includes('from peft import PeftConfig, PeftModel'));
  });

  it('names every kind of module that has tensors there: output.dense means attention.output.dense too', () => {
    const readme = textOf(factsOf({ export: { naming: 'classic' }, adapter: { targetModules: ['output.dense'] } }, ['a']), 'README.md');
    assert.ok(readme.includes('config.target_modules = {"o_proj", "fc2"}'), readme);
    assert.ok(readme.includes('r"encoder\\.layer\\.(\\d+)\\.attention\\.output\\.dense": r"layers.\\1.attention.o_proj", r"encoder\\.layer\\.(\\d+)\\.output\\.dense": r"layers.\\1.mlp.fc2"'));
  });

  it('keeps config.json out of the adapter folder', () => {
    const names = createBundle(factsOf({}, ['a'])).map(({ name }) => name);
    assert.ok(names.includes('adapter/adapter_config.json') && !names.includes('adapter/config.json'));
  });
});
