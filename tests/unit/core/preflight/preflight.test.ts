import assert from 'node:assert/strict';
import {
  findClassImbalance,
  findCoarseWeights,
  findConflictingLabels,
  findDatasetLeaks,
  findFewUpdates,
  findHotLearningRate,
  findLookShortcut,
  findMissingCheckpoints,
  findTinyEvaluation,
  findUnorderedClasses,
  findWeighedTwice,
  parseExperimentConfig,
  preflight,
  resolveTask,
} from '@eyegazer/core';

describe('preflight', () => {
  const lora = { method: 'lora', effectiveBatch: 64 } as const;

  it('L1 speaks below 150 updates and says how many epochs reach them', () => {
    assert.equal(findFewUpdates({ updates: 150, epochs: 10, effectiveBatch: 64 }), null);
    const warning = findFewUpdates({ updates: 69, epochs: 3, effectiveBatch: 32 });
    assert.equal(warning?.rule, 'L1');
    assert.equal(warning?.path, 'training.epochs');
    assert.match(warning?.message ?? '', /^69 optimizer updates .* Train 7 epochs instead of 3, .*\(now 32\)/);
  });

  it('L2 compares with 5e-4 at a batch of 64, scaled by the square root of the batch', () => {
    assert.equal(findHotLearningRate({ ...lora, learningRate: 1.5e-3 }), null);
    assert.equal(findHotLearningRate({ ...lora, learningRate: 1.6e-3 })?.rule, 'L2');
    assert.equal(findHotLearningRate({ ...lora, learningRate: 1.6e-3, effectiveBatch: 256 }), null);
    assert.match(findHotLearningRate({ ...lora, learningRate: 1, effectiveBatch: 32 })?.message ?? '', /2828\.4 times the usual 0\.00035 of LoRA for an effective batch of 32/);
  });

  it('L2 asks a tenth of it of full fine-tuning, and lets a head alone have ten times as much', () => {
    const at = (method: 'head' | 'full', learningRate: number) => findHotLearningRate({ method, learningRate, effectiveBatch: 64 });
    assert.equal(at('full', 1.5e-4), null);
    assert.match(at('full', 5e-4)?.message ?? '', /10\.0 times the usual 0\.000050 of full fine-tuning .* Try 0\.000050\.$/);
    assert.equal(at('head', 1.5e-2), null);
    assert.equal(at('head', 1.6e-2)?.rule, 'L2');
  });

  it('D5 speaks of classes that are balanced by sampling and by weight at once', () => {
    const training = (changes: object) => parseExperimentConfig({ dataset: 'd', training: changes }).training;
    assert.equal(findWeighedTwice(training({ sampler: 'balanced' })), null);
    assert.equal(findWeighedTwice(training({ classWeights: 'balanced' })), null);
    assert.equal(findWeighedTwice(training({ classWeights: [1, 3], sampler: 'balanced' }))?.path, 'training.classWeights');
  });

  it('P1 speaks of weights in four bits, and of none else', () => {
    const warned = ['auto', 'fp32', 'fp16', 'int8', 'int4'].filter((precision) => findCoarseWeights(parseExperimentConfig({ dataset: 'd', training: { precision } }).training));
    assert.deepEqual(warned, ['int4']);
  });

  it('K1 says that checkpoints asked for are not written', () => {
    const training = (checkpointEvery: unknown) => parseExperimentConfig({ dataset: 'd', training: { checkpointEvery } }).training;
    assert.equal(findMissingCheckpoints(training(undefined)), null);
    assert.equal(findMissingCheckpoints(training('epoch'))?.path, 'training.checkpointEvery');
  });

  it('D1 speaks above a ratio of 5 and names both classes', () => {
    assert.equal(findClassImbalance([50, 10], ['a', 'b']), null);
    const warning = findClassImbalance([461, 86, 237, 46, 70], ['0', '1', '2', '3', '4']);
    assert.match(warning?.message ?? '', /^Class "0" has 461 training images, class "3" only 46/);
  });

  it('D1 speaks of an absent class', () => {
    assert.equal(findClassImbalance([5, 0], ['a', 'b'])?.rule, 'D1');
  });

  it('D3 speaks until the 95 % half-width is at most 3 points', () => {
    assert.equal(findTinyEvaluation(1068), null);
    assert.equal(findTinyEvaluation(1067)?.rule, 'D3');
    assert.match(findTinyEvaluation(179)?.message ?? '', /^179 images .* 7\.3 points/);
    assert.match(findTinyEvaluation(0)?.message ?? '', /98\.0 points/);
  });

  it('D2 speaks of held-out images with a twin in training', () => {
    assert.equal(findDatasetLeaks({ leakedImages: 0, evalSamples: 90 }), null);
    const warning = findDatasetLeaks({ leakedImages: 7, evalSamples: 90 });
    assert.deepEqual([warning?.rule, warning?.path], ['D2', 'dataset']);
    assert.match(warning?.message ?? '', /^7 of 90 held-out images/);
  });

  it('D4 speaks of the same pixels with different labels', () => {
    assert.equal(findConflictingLabels({ conflictingGroups: 0 }), null);
    assert.match(findConflictingLabels({ conflictingGroups: 1 })?.message ?? '', /^1 group of images has the same pixels/);
    assert.match(findConflictingLabels({ conflictingGroups: 36 })?.message ?? '', /^36 groups of images have the same pixels/);
  });

  it('D7 speaks where the look of an image tells its label, from a kappa of 0.3 on', () => {
    assert.equal(findLookShortcut(null), null);
    assert.equal(findLookShortcut({ qwk: 0.29 }), null);
    assert.match(findLookShortcut({ qwk: 0.695 })?.message ?? '', /kappa of 0\.[67]\d /);
  });

  it('D6 speaks of a regression on classes without an order, and of nothing else', () => {
    const regression = resolveTask(parseExperimentConfig({ dataset: 'd', task: { kind: 'regression' } }).task, 3);
    assert.equal(findUnorderedClasses({ task: regression, ordinal: true }), null);
    assert.equal(findUnorderedClasses({ task: { kind: 'multiclass', loss: 'crossEntropy' }, ordinal: false }), null);
    assert.deepEqual([findUnorderedClasses({ task: regression, ordinal: false })].map((warning) => [warning?.rule, warning?.path]), [['D6', 'task.kind']]);
  });

  it('counts the classes of the task, not those of the dataset', () => {
    const config = parseExperimentConfig({ dataset: 'aptos', task: { kind: 'binary' }, training: { learningRate: 1 } });
    const facts = { config, updates: 10, trainCounts: [461, 86, 237, 46, 70], classNames: ['0', '1', '2', '3', '4'], ordinal: false, evalSamples: 2000, findings: null, probe: null };
    assert.deepEqual(
      preflight({ ...facts, task: resolveTask(config.task, 5) }).map((warning) => warning.rule),
      ['L1', 'L2'],
    );
    assert.deepEqual(
      preflight({ ...facts, task: { kind: 'multiclass', loss: 'crossEntropy' } }).map((warning) => warning.rule),
      ['D1', 'L1', 'L2'],
    );
    assert.deepEqual(
      preflight({ ...facts, task: resolveTask(parseExperimentConfig({ dataset: 'd', task: { kind: 'regression' } }).task, 5) }).map((warning) => warning.rule),
      ['D1', 'D6', 'L1', 'L2'],
    );
    const doubts = { findings: { leakedImages: 1, conflictingGroups: 1 }, probe: { qwk: 0.5, accuracy: 0.7, majority: 0.5, folds: 5, parts: [] } };
    assert.deepEqual(
      preflight({ ...facts, ...doubts, task: resolveTask(config.task, 5) }).map((warning) => warning.rule),
      ['D2', 'D4', 'D7', 'L1', 'L2'],
    );
  });
});
