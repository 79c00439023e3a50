import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandomKey, evaluateLogits, parseExperimentConfig, randomNormal, randomUint32, resolveTask, type ManifestSample } from '@eyegazer/core';
import { classifierTensorNames, createLoraConfig, loraTensorShapes, readImageClassifier, vitTensorShapes, type ViTConfig } from '@eyegazer/formats';
import { createBundle, formatFloat32, type BundleFacts } from '@eyegazer/worker';

const hash = 'a'.repeat(64);
const vit: ViTConfig = {
  architectures: [], hiddenSize: 8, numHiddenLayers: 2, numAttentionHeads: 2, intermediateSize: 16, imageSize: 16, patchSize: 8, numChannels: 3,
  layerNormEps: 1e-12, qkvBias: true, hiddenAct: 'gelu', initializerRange: 0.02, modelType: 'vit', numPrefixTokens: 1, hasLayerScale: false, headInput: 'classToken',
};

function factsOf(config: { adapter?: object; [key: string]: unknown }, ids: string[]): BundleFacts {
  const parsed = parseExperimentConfig({ dataset: 'toy', ...config, adapter: config.adapter ?? { r: 8 } });
  const imageSize = parsed.model.imageSize ?? vit.imageSize;
  const classNames = ['none', 'mild', 'severe'];
  const task = resolveTask(parsed.task, classNames.length);
  const outputs = task.kind === 'multiclass' ? 3 : task.kind === 'binary' ? 2 : 1;
  const heldOut: ManifestSample[] = ids.map((id, i) => ({ id, label: i % 3, split: 'eval', shard: 0, byteOffset: 0, byteLength: 1, sha256: hash, width: 1, height: 1 }));
  const logits = ids.map((_, i) => Float32Array.from({ length: outputs }, (_, k) => randomNormal(createRandomKey(3), i * outputs + k)));
  const evaluation = evaluateLogits({ task, classNames, logits, labels: heldOut.map(({ label }) => label ?? 0), update: 5, epoch: 1, learningRate: 0.1, trainLoss: 1 });
  const { adapter } = parsed;
  const shapes = adapter.method === 'lora' ? loraTensorShapes(vit, createLoraConfig(adapter), outputs) : classifierShapes(outputs);
  const tensors = new Map([...shapes].map(([name, shape]) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]));
  return {
    name: 'toy run', config: parsed, task, dataset: { name: 'toy', version: 2, classNames },
    baseModel: {
      name: 'vit', source: '/models/vit', config: { ...vit, imageSize }, pretrainedImageSize: vit.imageSize,
      readTensor: async (name) => new Float32Array(vitTensorShapes({ ...vit, imageSize }).get(name)?.reduce((a, b) => a * b, 1) ?? 0).fill(name.length),
      preprocessor: { size: { height: imageSize, width: imageSize }, centerCropFrom: null, resample: 'bilinear', doRescale: true, rescaleFactor: 1 / 255, doNormalize: true, imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5] },
    },
    precision: 'fp32', heldOut, best: { evaluation, logits, tensors }, history: [evaluation], findings: [], stopReason: null,
  };
}

const classifierShapes = (outputs: number): Map<string, number[]> => new Map([[classifierTensorNames.weight, [outputs, vit.hiddenSize]], [classifierTensorNames.bias, [outputs]]]);

let home: string;
before(async () => void (home = await mkdtemp(join(tmpdir(), 'eyegazer-bundle-'))));
after(() => rm(home, { recursive: true }));

async function write(facts: BundleFacts): Promise<{ folder: string; names: string[] }> {
  const folder = await mkdtemp(join(home, 'bundle-'));
  return { folder, names: await createBundle(facts, folder) };
}
const textOf = async (facts: BundleFacts, name: string): Promise<string> => readFile(join((await write(facts)).folder, name), 'utf8');

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

  it('quotes an id that holds a comma or a quote', async () => {
    const csv = await textOf(factsOf({}, ['plain', 'with, comma', 'with "quote"']), 'predictions.csv');
    assert.deepEqual(csv.split('\n').map((line) => /^(".*"|[^,]*),/.exec(line)?.[1]).slice(0, 4), ['id', 'plain', '"with, comma"', '"with ""quote"""']);
  });

  it('counts a grade in the bin that the thresholds put it in', async () => {
    const facts = factsOf({ task: { kind: 'regression' } }, ['a', 'b', 'c', 'd']);
    const rows = (await textOf(facts, 'predictions.csv')).trimEnd().split('\n').slice(1).map((line) => line.split(','));
    assert.deepEqual(rows.map(([, label]) => label), ['0', '1', '2', '0']);
    for (const [, , prediction, grade] of rows) assert.equal(Number(prediction), [0.5, 1.5].filter((cut) => Number(grade) > cut).length);
    assert.deepEqual(JSON.parse(await textOf(facts, 'labels.json')).thresholds, [0.5, 1.5]);
  });

  it('tells how a classic adapter loads in Transformers from 5.9 on', async () => {
    const readme = await textOf(factsOf({ export: { naming: 'classic' } }, ['a']), 'README.md');
    assert.ok(readme.includes('config.target_modules = {"q_proj", "v_proj"}'));
    assert.ok(readme.includes('r"encoder\\.layer\\.(\\d+)\\.attention\\.attention\\.query": r"layers.\\1.attention.q_proj"'));
    assert.ok(readme.includes('from peft import PeftConfig, PeftModel'));
  });

  it('names every kind of module that has tensors there: output.dense means attention.output.dense too', async () => {
    const readme = await textOf(factsOf({ export: { naming: 'classic' }, adapter: { r: 8, targetModules: ['output.dense'] } }, ['a']), 'README.md');
    assert.ok(readme.includes('config.target_modules = {"o_proj", "fc2"}'), readme);
    assert.ok(readme.includes('r"encoder\\.layer\\.(\\d+)\\.attention\\.output\\.dense": r"layers.\\1.attention.o_proj", r"encoder\\.layer\\.(\\d+)\\.output\\.dense": r"layers.\\1.mlp.fc2"'));
  });

  it('keeps config.json out of the adapter folder', async () => {
    const { names } = await write(factsOf({}, ['a']));
    assert.ok(names.includes('adapter/adapter_config.json') && !names.includes('adapter/config.json'));
  });

  it('tells how an adapter of another image size loads, of a hub model at its revision', async () => {
    const facts = factsOf({ model: { imageSize: 24 } }, ['a']);
    const readme = await textOf(facts, 'README.md');
    assert.ok(readme.includes('trained on images of 24 x 24 pixels, its base model on 16 x 16: `interpolate_pos_encoding=True` fits the position embeddings.'), readme);
    assert.ok(readme.includes('model(**pixels, interpolate_pos_encoding=True).logits[0]'));
    assert.ok(readme.includes('base = "/models/vit"'));
    const own = await textOf({ ...facts, baseModel: { ...facts.baseModel, source: 'hub:google/vit@abc', config: vit } }, 'README.md');
    assert.ok(own.includes('base = "google/vit"\n') && own.includes('from_pretrained(base, revision="abc", ') && own.includes('model(**pixels).logits[0]'), own);
    const dinov2 = { ...vit, imageSize: 24, modelType: 'dinov2' } as const;
    assert.ok((await textOf({ ...facts, baseModel: { ...facts.baseModel, config: dinov2 } }, 'README.md')).includes('Transformers fits the position embeddings by itself'));
  });

  it('holds the whole model where a head alone was trained: base, head, labels and pixels', async () => {
    const facts = factsOf({ adapter: { method: 'head' }, model: { imageSize: 24 } }, ['a']);
    facts.best.tensors.set(classifierTensorNames.bias, { shape: [3], data: Float32Array.of(1, 2, 3) });
    const { folder, names } = await write(facts);
    assert.deepEqual(names, [
      'model/config.json', 'model/model.safetensors', 'model/preprocessor_config.json', 'model/README.md', 'labels.json', 'metrics.json', 'predictions.csv', 'config.yaml', 'README.md', 'SHA256SUMS',
    ]);
    const config = JSON.parse(await readFile(join(folder, 'model/config.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(
      [config['architectures'], config['id2label'], config['label2id'], config['problem_type'], config['image_size']],
      [['ViTForImageClassification'], { 0: 'none', 1: 'mild', 2: 'severe' }, { none: 0, mild: 1, severe: 2 }, 'single_label_classification', 24],
    );
    const { model, head } = await readImageClassifier(join(folder, 'model'));
    assert.deepEqual([...(head.get(classifierTensorNames.bias)?.data ?? [])], [1, 2, 3]);
    for (const [name, { shape }] of model.tensors) assert.deepEqual(await model.readTensor(name), new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(name.length), name);
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    assert.ok(readme.includes('A classification head on the frozen `vit` for 3-class classification'));
    assert.ok(readme.includes('AutoModelForImageClassification.from_pretrained("model/")') && !readme.includes('peft'), readme);
    assert.match(await readFile(join(folder, 'model/README.md'), 'utf8'), /^---\nbase_model: "vit"\nlibrary_name: transformers\npipeline_tag: image-classification\n/);
  });

  it('holds what was trained, not the base model, after full fine-tuning; a grade is one output', async () => {
    const facts = factsOf({ adapter: { method: 'full' }, task: { kind: 'regression' }, training: { ema: 0.99 } }, ['a']);
    for (const [name, shape] of vitTensorShapes(vit)) facts.best.tensors.set(name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5) });
    const { folder } = await write(facts);
    const { model } = await readImageClassifier(join(folder, 'model'));
    for (const name of model.tensors.keys()) assert.ok((await model.readTensor(name)).every((value) => value === 0.5), name);
    const config = JSON.parse(await readFile(join(folder, 'model/config.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual([config['id2label'], config['problem_type']], [{ 0: 'grade' }, 'regression']);
    const readme = await readFile(join(folder, 'README.md'), 'utf8');
    assert.ok(readme.includes('A full fine-tuning of `vit` for regression of a grade') && readme.includes('moving average over the updates, decay 0.99.'), readme);
    assert.ok(readme.includes('labels["thresholds"]'));
  });

  it('says what was done to the images before the processor, and nothing where nothing was', async () => {
    const readmeOf = async (images: object): Promise<string> => readFile(join((await write(factsOf({ images }, ['a']))).folder, 'README.md'), 'utf8');
    assert.ok(!(await readmeOf({})).includes('Before the processor'));
    const readme = await readmeOf({ cropToDisc: true, circularMask: true });
    assert.ok(readme.includes("**Before the processor every image was cut to the square around the bright disc, black where the image ends, then blackened outside of 95 % of the disc's radius**"), readme);
  });
});
