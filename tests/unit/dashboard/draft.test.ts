import assert from 'node:assert/strict';
import { AppError, parseExperimentConfig } from '@eyegazer/core';
import { applyChanges, chooseMethod, configOfDraft, createDraft, createEmptyDraft } from '../../../apps/dashboard/src/features/new-experiment/api/draft.js';
import { errorsByPath } from '../../../apps/dashboard/src/features/new-experiment/api/errors-by-path.js';

/** As it goes over the wire. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

const rich = parseExperimentConfig({
  name: 'rich',
  dataset: 'aptos@3',
  task: { kind: 'regression', thresholds: [0.4, 1.6], loss: 'smoothL1' },
  model: { base: 'google/vit-base', imageSize: 384 },
  adapter: { r: 8, alpha: 32, targetModules: ['query', 'output.dense'], layersToTransform: [3, 4], useRslora: true },
  training: { learningRate: 2e-7, microBatch: 4, noDecay: ['bias'], sampler: 'balanced', augment: { preset: 'none' }, seed: 0 },
  evaluation: { every: 25, metric: 'mcc' },
  health: { onCollapse: 'stop', rules: { C2: { action: 'off' } } },
  resources: { priority: -3 },
  export: { naming: 'classic' },
  tags: ['a', 'b'],
});

describe('form draft', () => {
  it('gives back every key of a config, shown in the form or not', () => {
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft(createDraft(rich)))), rich);
  });

  it('begins with the defaults of the config', () => {
    const draft = { ...createEmptyDraft(), dataset: 'aptos', modelBase: 'deit-tiny' };
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft(draft))), parseExperimentConfig({ dataset: 'aptos', model: { base: 'deit-tiny' } }));
  });

  it('keeps what LoRA was while another method is chosen, and sends nothing of it', () => {
    const draft = { ...createDraft(rich), method: 'head' as const };
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft(draft))).adapter, { method: 'head' });
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft({ ...draft, method: 'lora' }))).adapter, rich.adapter);
    const head = parseExperimentConfig({ dataset: 'aptos', adapter: { method: 'head' } });
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft({ ...createDraft(head), method: 'lora' }))).adapter, parseExperimentConfig({ dataset: 'aptos' }).adapter);
  });

  it('takes the usual learning rate of another method along, and leaves one that was typed', () => {
    const draft = { ...createEmptyDraft(), dataset: 'aptos', modelBase: 'm' };
    const full = { ...draft, ...chooseMethod(draft, 'full') };
    assert.deepEqual([full.method, full.numbers['training.learningRate']], ['full', '0.00005']);
    const head = { ...full, ...chooseMethod(full, 'head') };
    assert.equal(head.numbers['training.learningRate'], '0.005');
    assert.equal({ ...head, ...chooseMethod(head, 'lora') }.numbers['training.learningRate'], '0.0005');
    const typed = { ...draft, numbers: { ...draft.numbers, 'training.learningRate': '3e-4' } };
    assert.deepEqual(chooseMethod(typed, 'full'), { method: 'full' });
  });

  it('gives back how a run is computed and averaged, and lists of class weights', () => {
    const config = parseExperimentConfig({
      dataset: 'aptos',
      adapter: { targetModules: 'all-linear' },
      training: { precision: 'int8', recompute: 'selective', ema: 0.999, classWeights: [1, 2.5, 3] },
      resources: { device: 'webgpu' },
    });
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft(createDraft(config)))), config);
  });

  it('gives back the steps that images take, as they are chosen', () => {
    const config = parseExperimentConfig({ dataset: 'aptos', images: { cropToDisc: true, circularMask: true } });
    const draft = createDraft(config);
    assert.deepEqual(draft.imageSteps, ['cropToDisc', 'circularMask']);
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft(draft))), config);
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft({ ...draft, imageSteps: ['localMean'] }))).images, { cropToDisc: false, localMean: true, circularMask: false });
  });

  it('gives back what a config changes of an augmentation, and drops it with the preset', () => {
    const config = parseExperimentConfig({ dataset: 'aptos', training: { augment: { preset: 'fundus', rotation: 15 } } });
    assert.deepEqual(parseExperimentConfig(sent(configOfDraft(createDraft(config)))), config);
    const plain = parseExperimentConfig(sent(configOfDraft({ ...createDraft(config), augment: 'none' })));
    assert.deepEqual(plain.training.augment, parseExperimentConfig({ dataset: 'aptos', training: { augment: { preset: 'none' } } }).training.augment);
  });

  it('names a class weight that is no number, and asks none of a grade', () => {
    const draft = { ...createEmptyDraft(), dataset: 'aptos', modelBase: 'm', classWeights: 'custom' as const, classWeightList: '1, x, 2' };
    assert.throws(() => parseExperimentConfig(sent(configOfDraft(draft))), (error) => 'training.classWeights[1]' in errorsByPath(error));
    assert.equal(parseExperimentConfig(sent(configOfDraft({ ...draft, taskKind: 'regression' }))).training.classWeights, 'none');
  });

  it('hands a half-typed or empty number on, so that the check names its field', () => {
    const draft = createDraft(rich);
    const numbers = { ...draft.numbers, 'training.epochs': '', 'adapter.r': '0', 'training.learningRate': '1e' };
    assert.throws(
      () => parseExperimentConfig(sent(configOfDraft({ ...draft, numbers }))),
      (error) => {
        assert.deepEqual(Object.keys(errorsByPath(error)).sort(), ['adapter.r', 'training.epochs', 'training.learningRate']);
        return true;
      },
    );
  });

  it('understands a decimal comma', () => {
    const draft = createDraft(rich);
    const config = parseExperimentConfig(sent(configOfDraft({ ...draft, numbers: { ...draft.numbers, 'adapter.dropout': '0,25' } })));
    assert.equal(config.adapter.method === 'lora' && config.adapter.dropout, 0.25);
  });

  it('drops what belongs to another task when the task changes', () => {
    const config = parseExperimentConfig(sent(configOfDraft({ ...createDraft(rich), taskKind: 'binary', positive: [2, 3] })));
    assert.deepEqual(config.task, { kind: 'binary', positive: [2, 3] });
  });

  it('leaves the thresholds of one dataset behind when another is chosen', () => {
    const taskIn = (dataset: string) => parseExperimentConfig(sent(configOfDraft({ ...createDraft(rich), dataset }))).task;
    assert.deepEqual(taskIn('aptos'), rich.task);
    assert.deepEqual(taskIn('other'), { kind: 'regression', range: null, thresholds: null, loss: 'smoothL1' });
  });

  it("lays a remedy's changes over a config by their paths, and ignores what does not fit", () => {
    const changed = applyChanges(rich, { 'training.learningRate': 1e-4, 'task.kind': 'multiclass' });
    assert.equal(changed.training.learningRate, 1e-4);
    assert.equal(changed.task.kind, 'multiclass');
    assert.equal(changed.adapter.method === 'lora' && changed.adapter.r, 8);
    assert.deepEqual(applyChanges(rich, { 'training.epochs': -1 }), rich);
    assert.deepEqual(applyChanges(rich, { 'no.such.path': 1 }), rich);
  });

  it('lets no path of changes reach a prototype', () => {
    for (const path of ['__proto__.reached', 'constructor.prototype.reached', 'training.__proto__.reached', 'training.__proto__']) {
      assert.deepEqual(applyChanges(rich, { [path]: true }), rich);
      assert.equal(({} as Record<string, unknown>)['reached'], undefined, path);
    }
  });
});

describe('errors by path', () => {
  it('takes the path off a message that repeats it', () => {
    assert.deepEqual(errorsByPath(new AppError('BAD_CONFIG', 'dataset: no dataset is called x.', { path: 'dataset' })), { dataset: 'no dataset is called x.' });
  });

  it('keeps what belongs to no field', () => {
    assert.deepEqual(errorsByPath(new AppError('UNAVAILABLE', 'The server could not be reached.')), { '': 'The server could not be reached.' });
  });
});
