import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, parseExperimentConfig } from '@eyegazer/core';
import { classifierTensorNames, parseSafetensors, readImageClassifier, readPeftAdapter, vitFamilies, type ViTModelType } from '@eyegazer/formats';
import { parse } from 'yaml';
import { fixturePath } from '../../fixture-path.js';
import { slowestStoreStartMs } from '../../fixtures/test-store.js';
import { runTiny, unpackBundle, type TinyRun } from './tiny-run.js';
import { createTinyWorld, tinyModelFiles, type TinyWorld } from './tiny-world.js';

/** The files of weights of a family's reference model, with their index where there are several. */
async function listWeights(modelType: ViTModelType): Promise<string[]> {
  return (await readdir(fixturePath(`families/${modelType}`))).filter((name) => name.startsWith('model'));
}

describe('ways to train', function () {
  this.timeout(60_000);
  let world: TinyWorld;

  before(async function () {
    this.timeout(slowestStoreStartMs);
    world = await createTinyWorld();
  });
  after(() => world.remove());

  const run = (changes: Record<string, unknown> = {}): Promise<TinyRun> => runTiny(world, changes);
  const baseTensors = () => parseSafetensors(tinyModelFiles().get('model.safetensors')!);
  const lossesOf = (result: TinyRun): number[] => result.all('metrics').flatMap(({ series }) => series['loss'] ?? []);

  it('trains the head alone and hands over base and head as one model', async () => {
    const result = await run({ adapter: { method: 'head' }, training: { epochs: 6, learningRate: 2e-3, clipNorm: 100, schedule: 'constant', warmupRatio: 0, augment: { preset: 'none' } } });
    assert.deepEqual([result.error, result.outcome], [null, { kind: 'succeeded' }]);
    const [plan] = result.all('plan');
    assert.deepEqual([plan?.adaptation, plan?.trainableParameters], ['head', 33 * 5]);
    const folder = await unpackBundle(world, result);
    const { model, head } = await readImageClassifier(join(folder, 'model'));
    const base = baseTensors();
    for (const name of model.tensors.keys()) assert.deepEqual(await model.readTensor(name), base.readTensor(name), name);
    assert.ok(head.get(classifierTensorNames.bias)?.data.some((value) => value !== 0));
    assert.ok(!result.all('artifact').some(({ name }) => name.startsWith('adapter/') || name === 'preprocessor_config.json'));
    const held = result.all('evaluation').map(({ trainLoss }) => trainLoss ?? Number.NaN);
    assert.ok((held.at(-1) ?? 9) < (held[0] ?? 0), held.join());
  });

  it('trains every weight and hands over the model as it has become', async () => {
    const result = await run({ adapter: { method: 'full' }, training: { learningRate: 1e-3 } });
    assert.deepEqual([result.error, result.outcome], [null, { kind: 'succeeded' }]);
    const base = baseTensors();
    const [plan] = result.all('plan');
    const sizes = [...base.tensors.values()].map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    assert.equal(plan?.trainableParameters, sizes.reduce((a, b) => a + b, 33 * 5));
    const { model } = await readImageClassifier(join(await unpackBundle(world, result), 'model'));
    for (const name of model.tensors.keys()) assert.notDeepEqual(await model.readTensor(name), base.readTensor(name), `${name} has not moved`);
    assert.match(await result.text('README.md'), /A full fine-tuning of `acme\/tiny-vit`/);
  });

  it('prepares images once, and with the steps asked for, in training, evaluation and the check of the bundle alike', async () => {
    const changes = { images: { cropToDisc: true, localMean: true, circularMask: true }, training: { augment: { preset: 'fundus', rotation: 20 } } };
    const [plain, first, again] = [await run({ training: changes.training }), await run(changes), await run(changes)];
    assert.deepEqual([first.error, first.outcome], [null, { kind: 'succeeded' }]);
    assert.notDeepEqual(lossesOf(first), lossesOf(plain));
    assert.notEqual(await first.text('predictions.csv'), await plain.text('predictions.csv'));
    assert.deepEqual(lossesOf(again), lossesOf(first)); // decoded in the one run, read from the disk in the other
    assert.equal(await again.text('predictions.csv'), await first.text('predictions.csv'));
    const said = (result: TinyRun): string => result.all('log').map(({ message }) => message).join('\n');
    assert.match(said(first), /20 images held out decoded and prepared in .*\n60 images to train on decoded and prepared/);
    assert.match(said(again), /All 20 images held out were prepared on disk already\.\nAll 60 images to train on were prepared on disk already/);
    assert.match(await first.text('README.md'), /Before the processor every image was cut to the square/);
    assert.deepEqual(parseExperimentConfig(parse(await first.text('config.yaml'))).images, changes.images);
  });

  it('evaluates and hands over the moving average, which trails what trains', async () => {
    const [plain, averaged, slow] = [await run(), await run({ training: { ema: 1e-9 } }), await run({ training: { ema: 0.9 } })];
    const name = 'adapter/adapter_model.safetensors';
    assert.deepEqual(lossesOf(averaged), lossesOf(plain), 'training itself is untouched');
    assert.deepEqual(lossesOf(slow), lossesOf(plain));
    assert.notDeepEqual(await slow.bytes(name), await plain.bytes(name));
    const distance = async (other: TinyRun): Promise<number> => {
      const [a, b] = [parseSafetensors(await plain.bytes(name)), parseSafetensors(await other.bytes(name))];
      return Math.max(...[...a.tensors.keys()].flatMap((tensor) => Array.from(a.readTensor(tensor), (value, i) => Math.abs(value - (b.readTensor(tensor)[i] ?? 0)))));
    };
    assert.ok((await distance(averaged)) < 1e-6, 'an average that keeps nothing is the weights themselves');
    assert.ok((await distance(slow)) > 1e-4);
  });

  it('weighs classes in the loss: equal weights change nothing, others do, balanced ones are told by the counts', async () => {
    const losses = async (classWeights: unknown): Promise<number[]> => lossesOf(await run({ training: { classWeights, epochs: 1 } }));
    const plain = await losses('none');
    const equal = await losses([2, 2, 2, 2, 2]);
    equal.forEach((loss, i) => assert.ok(Math.abs(loss - (plain[i] ?? 0)) < 1e-6));
    const balancedRun = await run({ training: { classWeights: 'balanced', epochs: 1 } });
    assert.ok(balancedRun.all('log').some(({ message }) => message === 'Classes count in the loss: 0 0.5, 1 2, 2 1, 3 2, 4 1.'), JSON.stringify(balancedRun.all('log')));
    const balanced = lossesOf(balancedRun);
    assert.ok(Math.abs((balanced[0] ?? 0) - (plain[0] ?? 0)) > 1e-4);
    const trainCounts = [24, 6, 12, 6, 12];
    const told = await losses(trainCounts.map((count) => 60 / (5 * count)));
    told.forEach((loss, i) => assert.ok(Math.abs(loss - (balanced[i] ?? 0)) < 1e-6));
  });

  it('adapts every linear layer under the word all-linear, and spells them out for PEFT', async () => {
    const result = await run({ adapter: { r: 2, targetModules: 'all-linear' } });
    assert.deepEqual(result.outcome, { kind: 'succeeded' });
    assert.equal(result.all('plan')[0]?.trainableParameters, 2 * 2 * (4 * 64 + 2 * 96) + 33 * 5);
    const written = JSON.parse(await result.text('adapter/adapter_config.json')) as { target_modules: string[] };
    assert.deepEqual(written.target_modules, ['attention.output.dense', 'fc1', 'fc2', 'intermediate.dense', 'k_proj', 'key', 'o_proj', 'output.dense', 'q_proj', 'query', 'v_proj', 'value']);
    const again = parseExperimentConfig(parse(await result.text('config.yaml')));
    assert.equal(again.adapter.method === 'lora' && again.adapter.targetModules, 'all-linear');
  });

  it('trains at another image size, and says how the adapter loads there', async () => {
    const result = await run({ model: { base: 'acme/tiny-vit', imageSize: 48 } });
    assert.deepEqual([result.error, result.outcome], [null, { kind: 'succeeded' }]);
    assert.match(result.all('log')[0]?.message ?? '', /images of 48 x 48/);
    assert.deepEqual((JSON.parse(await result.text('preprocessor_config.json')) as { size: unknown }).size, { height: 48, width: 48 });
    assert.match(await result.text('README.md'), /images of 48 x 48 pixels, its base model on 32 x 32: `interpolate_pos_encoding=True`/);
  });

  it('stores the position embeddings of a whole model at the size it was trained at', async () => {
    for (const method of ['head', 'full']) {
      const result = await run({ adapter: { method }, model: { base: 'acme/tiny-vit', imageSize: 48 }, training: { epochs: 1 } });
      assert.deepEqual([result.error, result.outcome], [null, { kind: 'succeeded' }], method);
      const { model } = await readImageClassifier(join(await unpackBundle(world, result), 'model'));
      assert.equal(model.config.imageSize, 48);
      assert.deepEqual(model.tensors.get('embeddings.position_embeddings')?.shape, [1, 37, 32]);
    }
  });

  it('trains on frozen weights in 8 and in 4 bits, and says so', async () => {
    const plain = await run();
    for (const [precision, words] of [['int8', '8 bits'], ['int4', '4 bits']] as const) {
      const result = await run({ training: { precision } });
      assert.deepEqual([result.error, result.outcome], [null, { kind: 'succeeded' }], precision);
      const [plan] = result.all('plan');
      assert.deepEqual([plan?.precision, plan?.engine], [precision, `traced, ONNX Runtime on the CPU, frozen weights in ${words}`]);
      assert.notDeepEqual(lossesOf(result), lossesOf(plain), 'other numbers give other losses');
      assert.ok(Math.abs((lossesOf(result)[0] ?? 0) - (lossesOf(plain)[0] ?? 0)) < 0.1);
      assert.match(await result.text('README.md'), new RegExp(`frozen weights were kept in ${precision}`));
    }
  });

  it('learns the same, to rounding, whatever it computes again, and says what', async () => {
    const plain = await run({ training: { epochs: 1, recompute: 'none' } });
    for (const [recompute, words] of [['selective', 'norms, GELU and attention'], ['full', 'whole layers']] as const) {
      const result = await run({ training: { epochs: 1, recompute } });
      assert.deepEqual([result.error, result.all('plan')[0]?.recompute], [null, recompute]);
      assert.match(result.all('log')[2]?.message ?? '', new RegExp(`, ${words} computed again`));
      assert.ok((result.all('plan')[0]?.estimatedBytes ?? Infinity) <= (plain.all('plan')[0]?.estimatedBytes ?? 0));
      lossesOf(result).forEach((loss, i) => assert.ok(Math.abs(loss - (lossesOf(plain)[i] ?? 0)) < 1e-5, `${recompute}, update ${i + 1}: ${loss}`));
    }
  });

  for (const modelType of ['deit', 'dinov2', 'dinov2_with_registers'] as const) {
    it(`trains a ${modelType}: an adapter under its own names, and the whole model in its own class`, async () => {
      const kept = world.modelFiles;
      world.modelFiles = [];
      for (const name of ['config.json', 'preprocessor_config.json', ...(await listWeights(modelType))]) {
        world.modelFiles.push({ name, ...(await world.store.put(await readFile(fixturePath(`families/${modelType}/${name}`)))) });
      }
      const lora = await run({ adapter: { r: 2, targetModules: 'all-linear' }, training: { epochs: 1 } });
      const full = await run({ adapter: { method: 'full' }, training: { epochs: 1, learningRate: 1e-4 } });
      world.modelFiles = kept;
      assert.deepEqual([lora.error, lora.outcome, full.error, full.outcome], [null, { kind: 'succeeded' }, null, { kind: 'succeeded' }]);
      const { lora: read } = await readPeftAdapter(join(await unpackBundle(world, lora), 'adapter'));
      assert.equal(read.targetModules.length, 6);
      const config = JSON.parse(await full.text('model/config.json')) as { architectures: string[]; model_type: string };
      assert.deepEqual([config.model_type, config.architectures], [modelType, [vitFamilies[modelType].classifierClass]]);
    });
  }

  it('refuses float16 on a CPU', async () => {
    const result = await run({ training: { precision: 'fp16' } });
    assert.ok(result.error instanceof AppError);
    assert.deepEqual([result.error.code, result.error.path], ['UNSUPPORTED', 'training.precision']);
  });
});
