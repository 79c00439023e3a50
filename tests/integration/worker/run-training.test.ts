import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, parseExperimentConfig, type EventBody, type EventData, type EventType } from '@eyegazer/core';
import { classifierTensorNames, parseSafetensors, readImageClassifier, readPeftAdapter } from '@eyegazer/formats';
import { runTraining, type TrainerOutcome } from '@eyegazer/worker';
import { parse } from 'yaml';
import { slowestStoreStartMs } from '../../fixtures/test-store.js';
import { createTinyWorld, tinyConfig, tinyModelFiles, type TinyWorld } from './tiny-world.js';

interface Run {
  outcome: TrainerOutcome | null;
  error: unknown;
  events: EventBody[];
  all<T extends EventType>(type: T): EventData<T>[];
  /** The bundle's files as text. */
  text(name: string): Promise<string>;
  bytes(name: string): Promise<Uint8Array>;
}

describe('a run of the trainer', function () {
  this.timeout(60_000);
  let world: TinyWorld;

  before(async function () {
    this.timeout(slowestStoreStartMs);
    world = await createTinyWorld();
  });
  after(() => world.remove());

  async function run(changes: Record<string, unknown> = {}, onEvent: (event: EventBody, abort: () => void) => void = () => undefined): Promise<Run> {
    const events: EventBody[] = [];
    const abort = new AbortController();
    const job = {
      experimentName: 'tiny, "quoted"', deviceKey: 'machine:cpu', deviceName: 'CPU', device: 'cpu' as const, halfPrecision: false, config: tinyConfig(changes),
      dataset: { name: 'fundus', version: 1, contentId: world.dataset.contentId },
      model: { name: 'acme/tiny-vit', source: '/models/tiny-vit', files: world.modelFiles },
      home: world.home, store: world.storeAddress, threads: 1,
    };
    const channel = {
      signal: abort.signal,
      emit(event: EventBody) {
        events.push(event);
        onEvent(event, () => abort.abort());
      },
      sendRunning: () => undefined,
      breathe: async () => undefined,
    };
    let outcome: TrainerOutcome | null = null;
    let error: unknown = null;
    try {
      outcome = await runTraining({ job, store: world.store, channel });
    } catch (thrown) {
      error = thrown;
    }
    const all = <T extends EventType>(type: T): EventData<T>[] => events.flatMap((event) => (event.type === type ? [event.data as EventData<T>] : []));
    const bytes = async (name: string): Promise<Uint8Array> => {
      const artifact = all('artifact').find((candidate) => candidate.name === name);
      assert.ok(artifact, `no artifact ${name}`);
      return world.read(artifact.sha256);
    };
    return { outcome, error, events, all, bytes, text: async (name) => new TextDecoder().decode(await bytes(name)) };
  }

  /** Rows of predictions.csv by column name. */
  function parseRows(csv: string): Record<string, string>[] {
    const [header = '', ...lines] = csv.trimEnd().split('\n');
    return lines.map((line) => Object.fromEntries(header.split(',').map((name, i) => [name, line.split(',')[i] ?? ''])));
  }

  it('plans, trains every update, evaluates each epoch and hands over a bundle, in this order', async () => {
    const result = await run();
    assert.equal(result.error, null);
    assert.deepEqual(result.outcome, { kind: 'succeeded' });
    const [plan] = result.all('plan');
    assert.deepEqual(
      { ...plan, estimatedBytes: 0, trainableParameters: 0 },
      {
        deviceKey: 'machine:cpu', deviceName: 'CPU', engine: 'traced, ONNX Runtime on the CPU, float32', effectiveBatch: 16, microBatch: 8, pieces: [8, 8],
        trainSamples: 60, evalSamples: 20, updatesPerEpoch: 4, updates: 8, trainableParameters: 0, estimatedBytes: 0,
        adaptation: 'lora', precision: 'fp32', recompute: 'none', device: 'cpu',
      },
    );
    assert.equal(plan?.trainableParameters, 2 * 2 * 2 * 4 * 32 + 33 * 5);
    assert.deepEqual(result.all('metrics').flatMap(({ updates }) => updates), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(result.all('evaluation').map(({ update, epoch, count }) => [update, epoch, count]), [[4, 1, 20], [8, 2, 20]]);
    const phases = result.all('progress').map(({ phase }) => phase).filter((phase, i, list) => phase !== list[i - 1]);
    assert.deepEqual(phases, ['preparing', 'training', 'evaluating', 'training', 'evaluating', 'bundling']);
    const last = result.all('progress').at(-1);
    assert.ok(last && last.imagesPerSecond !== null && last.imagesPerSecond > 0);
    assert.equal(last.secondsLeft, 0);
    assert.ok(result.events.slice(-10).every(({ type }) => type === 'artifact'));
    const said = [
      /^Base model acme\/tiny-vit: 0\.\d\d M parameters in 2 layers, images of 32 x 32; 1189 parameters train\.$/,
      /^Dataset fundus@1: 60 images to train on, 20 held out\.$/,
      /^8 updates of 16 images, 8 at a time \(as configured\): about \d+\.\d GiB of the \d+\.\d GiB that are free, on 1 CPU thread\.$/,
      /^Training step and evaluation compiled in \d+\.\d s\.$/,
      /^Bundle of the state after update [48] loaded back: its outputs for all 20 held-out images equal the trained model's to 1e-5\.$/,
    ];
    const log = result.all('log');
    assert.equal(log.length, said.length);
    log.forEach(({ level, message }, i) => {
      assert.equal(level, 'info');
      assert.match(message, said[i] ?? /^$/);
    });
  });

  it('fills the bundle with every file, each as its checksum says', async () => {
    const result = await run();
    const names = result.all('artifact').map(({ name }) => name);
    assert.deepEqual([...names].sort(), [
      'README.md', 'SHA256SUMS', 'adapter/README.md', 'adapter/adapter_config.json', 'adapter/adapter_model.safetensors', 'config.yaml', 'labels.json',
      'metrics.json', 'predictions.csv', 'preprocessor_config.json',
    ]);
    assert.equal(names.at(-1), 'SHA256SUMS');
    const sums = (await result.text('SHA256SUMS')).trimEnd().split('\n').map((line) => line.split('  '));
    assert.equal(sums.length, names.length - 1);
    for (const [sum, name = ''] of sums) assert.equal(createHash('sha256').update(await result.bytes(name)).digest('hex'), sum, name);

    const labels = JSON.parse(await result.text('labels.json'));
    assert.deepEqual(labels.id2label, { 0: '0', 1: '1', 2: '2', 3: '3', 4: '4' });
    assert.equal(labels.label2id['4'], 4);
    const metrics = JSON.parse(await result.text('metrics.json'));
    assert.deepEqual(metrics.history, result.all('evaluation'));
    assert.deepEqual(metrics.final, result.all('evaluation').at(-1));
    assert.deepEqual(metrics.findings, result.all('finding'));
    const scores = metrics.history.map((evaluation: EventData<'evaluation'>) => evaluation.metrics.qwk ?? -Infinity);
    assert.equal(metrics.best.metrics.qwk ?? -Infinity, Math.max(...scores));

    const config = parseExperimentConfig(parse(await result.text('config.yaml')));
    assert.deepEqual(config, { ...tinyConfig(), name: 'tiny, "quoted"', dataset: 'fundus@1' });
    assert.match(await result.text('README.md'), /PeftModel\.from_pretrained\(model, "adapter\/"\)/);
    assert.match(await result.text('adapter/README.md'), /^---\nbase_model: "acme\/tiny-vit"\nlibrary_name: peft\ntags:\n- "base_model:adapter:acme\/tiny-vit"\n- lora\n- transformers\n---\n/);
  });

  it('writes an adapter and predictions that belong together and to the best evaluation', async () => {
    const result = await run();
    const folder = await mkdtemp(join(world.home, 'read-'));
    for (const { name } of result.all('artifact')) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), await result.bytes(name));
    }
    const adapter = await readPeftAdapter(join(folder, 'adapter'));
    assert.equal(adapter.baseModelNameOrPath, 'acme/tiny-vit');
    assert.equal(adapter.lora.r, 4);
    assert.deepEqual(adapter.lora.targetModules, ['query', 'value']);

    const rows = parseRows(await result.text('predictions.csv'));
    const best = JSON.parse(await result.text('metrics.json')).best as EventData<'evaluation'>;
    assert.equal(rows.length, 20);
    const confusion = best.classNames.map(() => best.classNames.map(() => 0));
    for (const row of rows) {
      const logits = [0, 1, 2, 3, 4].map((k) => Number(row[`logit_${k}`]));
      assert.ok(logits.every((logit) => Number.isFinite(logit)));
      assert.equal(Number(row['prediction']), logits.indexOf(Math.max(...logits)));
      confusion[Number(row['label'])]![Number(row['prediction'])]! += 1;
    }
    assert.deepEqual(confusion, best.confusion);
  });

  it('gives the same bits for the same seed', async () => {
    const [first, second, other] = [await run(), await run(), await run({ training: { seed: 2 } })];
    const name = 'adapter/adapter_model.safetensors';
    assert.deepEqual(await first.bytes(name), await second.bytes(name));
    assert.notDeepEqual(await first.bytes(name), await other.bytes(name));
  });

  it('learns the same with any micro-batch, to rounding', async () => {
    const losses = async (microBatch: number): Promise<number[]> =>
      (await run({ training: { microBatch, epochs: 1 } })).all('metrics').flatMap(({ series }) => series['loss'] ?? []);
    const [whole, halves] = [await losses(16), await losses(5)];
    assert.equal(whole.length, 4);
    whole.forEach((loss, i) => assert.ok(Math.abs(loss - (halves[i] ?? 0)) < 1e-4, `update ${i + 1}: ${loss} and ${halves[i]}`));
  });

  it('trains a binary task on joined classes', async () => {
    const result = await run({ task: { kind: 'binary', positive: [2, 3, 4] } });
    assert.deepEqual(result.outcome, { kind: 'succeeded' });
    const labels = JSON.parse(await result.text('labels.json'));
    assert.deepEqual(labels.id2label, { 0: '0 + 1', 1: '2 + 3 + 4' });
    const rows = parseRows(await result.text('predictions.csv'));
    assert.deepEqual(Object.keys(rows[0] ?? {}), ['id', 'label', 'prediction', 'logit_0', 'logit_1']);
    assert.deepEqual(result.all('evaluation')[0]?.classNames, ['0 + 1', '2 + 3 + 4']);
  });

  it('trains a regression of grades, with thresholds between classes', async () => {
    const result = await run({ task: { kind: 'regression' } });
    assert.deepEqual(result.outcome, { kind: 'succeeded' });
    const labels = JSON.parse(await result.text('labels.json'));
    assert.deepEqual(labels.thresholds, [0.5, 1.5, 2.5, 3.5]);
    for (const row of parseRows(await result.text('predictions.csv'))) {
      assert.equal(Number(row['prediction']), labels.thresholds.filter((cut: number) => Number(row['logit_0']) > cut).length);
    }
    assert.notEqual(result.all('evaluation').at(-1)?.metrics.mae, null);
    assert.match(await result.text('README.md'), /num_labels=1/);
  });

  it('evaluates every N updates and after the last', async () => {
    const result = await run({ evaluation: { every: 3 } });
    assert.deepEqual(result.all('evaluation').map(({ update }) => update), [3, 6, 8]);
  });

  it('flags a run that collapses', async () => {
    const result = await run({ training: { learningRate: 1, warmupRatio: 0 } });
    assert.deepEqual(result.outcome, { kind: 'succeeded' });
    const [first] = result.all('finding');
    assert.equal(first?.update, 4);
    assert.ok(result.all('finding').some(({ level }) => level === 'critical'));
    assert.match(await result.text('README.md'), /\*\*critical\*\* \(C/);
  });

  it('stops a confirmed collapse when told to, and still hands over its best', async () => {
    const result = await run({ training: { learningRate: 1, warmupRatio: 0, epochs: 20 }, health: { onCollapse: 'stop' } });
    assert.equal(result.outcome?.kind, 'stopped');
    assert.ok(result.all('evaluation').length < 20);
    assert.equal(JSON.parse(await result.text('metrics.json')).stopped, result.outcome?.kind === 'stopped' && result.outcome.reason);
    assert.match(await result.text('README.md'), /stopped before its end/);
  });

  it('fails a run that is not finite before its first evaluation, with finding N1', async () => {
    const result = await run({ training: { learningRate: 1e38, warmupRatio: 0 } });
    assert.ok(result.error instanceof AppError);
    assert.equal(result.error.code, 'NON_FINITE');
    const [finding] = result.all('finding');
    assert.equal(finding?.rule, 'N1');
    assert.equal(finding.level, 'critical');
    assert.equal(result.all('artifact').length, 0);
  });

  it('hands over the best evaluation of a run that is not finite later', async () => {
    const result = await run({ training: { learningRate: 1e37, warmupRatio: 1, epochs: 4 }, evaluation: { every: 1 } });
    assert.equal(result.outcome?.kind, 'stopped');
    assert.equal(result.all('finding').at(-1)?.rule, 'N1');
    assert.ok(result.all('evaluation').length >= 1);
    await result.bytes('adapter/adapter_model.safetensors');
  });

  it('ends at the next step after an abort', async () => {
    let abortedAt = 0;
    const result = await run({ training: { epochs: 200 } }, (event, abort) => {
      if (event.type !== 'metrics' || abortedAt > 0) return;
      abortedAt = event.data.updates.at(-1) ?? 0;
      abort();
    });
    assert.ok(result.error instanceof AppError && result.error.code === 'CANCELLED');
    assert.ok(abortedAt >= 1);
    assert.deepEqual(result.all('metrics').flatMap(({ updates }) => updates), Array.from({ length: abortedAt }, (_, i) => i + 1));
  });

  /** The bundle laid out on disk. */
  async function unpack(result: Run): Promise<string> {
    const folder = await mkdtemp(join(world.home, 'read-'));
    for (const { name } of result.all('artifact')) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), await result.bytes(name));
    }
    return folder;
  }
  const baseTensors = () => parseSafetensors(tinyModelFiles().get('model.safetensors')!);
  const lossesOf = (result: Run): number[] => result.all('metrics').flatMap(({ series }) => series['loss'] ?? []);

  it('trains the head alone and hands over base and head as one model', async () => {
    const result = await run({ adapter: { method: 'head' }, training: { epochs: 6, learningRate: 2e-3, clipNorm: 100, schedule: 'constant', warmupRatio: 0, augment: { preset: 'none' } } });
    assert.deepEqual([result.error, result.outcome], [null, { kind: 'succeeded' }]);
    const [plan] = result.all('plan');
    assert.deepEqual([plan?.adaptation, plan?.trainableParameters], ['head', 33 * 5]);
    const folder = await unpack(result);
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
    const { model } = await readImageClassifier(join(await unpack(result), 'model'));
    for (const name of model.tensors.keys()) assert.notDeepEqual(await model.readTensor(name), base.readTensor(name), `${name} has not moved`);
    assert.match(await result.text('README.md'), /A full fine-tuning of `acme\/tiny-vit`/);
  });

  it('evaluates and hands over the moving average, which trails what trains', async () => {
    const [plain, averaged, slow] = [await run(), await run({ training: { ema: 1e-9 } }), await run({ training: { ema: 0.9 } })];
    const name = 'adapter/adapter_model.safetensors';
    assert.deepEqual(lossesOf(averaged), lossesOf(plain), 'training itself is untouched');
    assert.deepEqual(lossesOf(slow), lossesOf(plain));
    assert.notDeepEqual(await slow.bytes(name), await plain.bytes(name));
    const distance = async (other: Run): Promise<number> => {
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
    const balanced = await losses('balanced');
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
      const { model } = await readImageClassifier(join(await unpack(result), 'model'));
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

  it('refuses float16 on a CPU', async () => {
    const result = await run({ training: { precision: 'fp16' } });
    assert.ok(result.error instanceof AppError);
    assert.deepEqual([result.error.code, result.error.path], ['UNSUPPORTED', 'training.precision']);
  });

  it('says what is missing when the store has lost the weights', async () => {
    const lost = { name: 'model.safetensors', sha256: 'f'.repeat(64), byteLength: 1 };
    const kept = world.modelFiles;
    world.modelFiles = [...kept.slice(0, 2), lost];
    const result = await run();
    world.modelFiles = kept;
    assert.ok(result.error instanceof AppError && result.error.code === 'NOT_FOUND');
  });
});
