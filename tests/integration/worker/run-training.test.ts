import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError, parseExperimentConfig, type EventBody, type EventData } from '@eyegazer/core';
import { readPeftAdapter } from '@eyegazer/formats';
import { parse } from 'yaml';
import { slowestStoreStartMs } from '../../fixtures/test-store.js';
import { runTiny, unpackBundle, type TinyRun } from './tiny-run.js';
import { createTinyWorld, tinyConfig, type TinyWorld } from './tiny-world.js';

describe('a run of the trainer', function () {
  this.timeout(60_000);
  let world: TinyWorld;

  before(async function () {
    this.timeout(slowestStoreStartMs);
    world = await createTinyWorld();
  });
  after(() => world.remove());

  const run = (changes: Record<string, unknown> = {}, onEvent?: (event: EventBody, abort: () => void) => void): Promise<TinyRun> => runTiny(world, changes, onEvent);

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
      /^(20 images held out decoded and prepared in \d+\.\d s|All 20 images held out were prepared on disk already)\.$/,
      /^(60 images to train on decoded and prepared in \d+\.\d s|All 60 images to train on were prepared on disk already)\.$/,
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
    const folder = await unpackBundle(world, result);
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

  it('says what is missing when the store has lost the weights', async () => {
    const lost = { name: 'model.safetensors', sha256: 'f'.repeat(64), byteLength: 1 };
    const kept = world.modelFiles;
    world.modelFiles = [...kept.slice(0, 2), lost];
    const result = await run();
    world.modelFiles = kept;
    assert.ok(result.error instanceof AppError && result.error.code === 'NOT_FOUND');
  });
});
