import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { AppError, parseExperimentConfig, resolveTask } from '@eyegazer/core';

const folder = new URL('../../fixtures/configs/', import.meta.url);
const read = (kind: string, file: string): { config: unknown; path?: string; message?: string } =>
  JSON.parse(readFileSync(new URL(`${kind}/${file}`, folder), 'utf8')) as { config: unknown; path?: string; message?: string };

function refusal(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error;
  }
  return assert.fail('expected a refusal, got none');
}

describe('parseExperimentConfig', () => {
  for (const file of readdirSync(new URL('valid/', folder))) {
    it(`accepts ${file}`, () => {
      const config = parseExperimentConfig(read('valid', file).config);
      assert.deepEqual(parseExperimentConfig(config), config, 'a parsed config parses to itself');
    });
  }

  for (const file of readdirSync(new URL('invalid/', folder))) {
    it(`refuses ${file}`, () => {
      const { config, path, message } = read('invalid', file);
      const error = refusal(() => parseExperimentConfig(config));
      assert.equal(error.code, 'BAD_CONFIG');
      assert.equal(error.path, path);
      assert.equal(error.message, message);
    });
  }

  it('fills every default from the dataset alone', () => {
    const config = parseExperimentConfig({ dataset: 'aptos' });
    assert.deepEqual(config.adapter, {
      method: 'lora', r: 16, alpha: 16, dropout: 0.1, targetModules: ['query', 'value'], useRslora: false, layersToTransform: null, modulesToSave: ['classifier'],
    });
    const { precision, recompute, ema, classWeights, noDecay } = config.training;
    assert.deepEqual([precision, recompute, ema, classWeights, noDecay], ['auto', 'auto', null, 'none', null]);
    assert.equal(config.training.effectiveBatch, 64);
    assert.equal(config.export.naming, 'dual');
  });

  it('takes lora as another name of adapter', () => {
    const { adapter } = parseExperimentConfig({ dataset: 'aptos', lora: { r: 4 } });
    assert.equal(adapter.method === 'lora' && adapter.r, 4);
    assert.throws(() => parseExperimentConfig({ dataset: 'aptos', lora: { r: 4 }, adapter: { r: 4 } }), { code: 'BAD_CONFIG', path: 'lora' });
  });

  it('lists every problem in the details', () => {
    const error = refusal(() => parseExperimentConfig({ dataset: 'a', adapter: { r: 0 }, training: { epochs: 'x' } }));
    assert.deepEqual((error.details as { issues: { path: string }[] }).issues.map(({ path }) => path), ['adapter.r', 'training.epochs']);
  });
});

describe('resolveTask', () => {
  it('makes every class but 0 positive', () => {
    assert.deepEqual(resolveTask({ kind: 'binary', positive: null }, 5), { kind: 'binary', positive: [1, 2, 3, 4] });
  });

  it('cuts grades half-way', () => {
    assert.deepEqual(resolveTask({ kind: 'regression', range: null, thresholds: null, loss: 'mse' }, 5), { kind: 'regression', range: [0, 4], thresholds: [0.5, 1.5, 2.5, 3.5], loss: 'mse' });
  });

  it('refuses positives that do not exist or leave no negative', () => {
    assert.match(refusal(() => resolveTask({ kind: 'binary', positive: [5] }, 5)).message, /task\.positive: expected class ids 0 to 4, got 5/);
    assert.match(refusal(() => resolveTask({ kind: 'binary', positive: [0, 1] }, 2)).message, /at least one class left/);
  });

  it('refuses a range that is not that of the grades, rather than ignore it', () => {
    const error = refusal(() => resolveTask({ kind: 'regression', range: [0, 10], thresholds: null, loss: 'mse' }, 5));
    assert.equal(error.message, 'task.range: expected [0, 4], the grades of the dataset, got [0, 10].');
    assert.deepEqual(resolveTask({ kind: 'regression', range: [0, 1], thresholds: null, loss: 'mse' }, 2), { kind: 'regression', range: [0, 1], thresholds: [0.5], loss: 'mse' });
  });

  it('refuses thresholds that are too few or not ascending', () => {
    for (const thresholds of [[0.5], [0.5, 2.5, 1.5, 3.5]]) {
      assert.equal(refusal(() => resolveTask({ kind: 'regression', range: null, thresholds, loss: 'mse' }, 5)).path, 'task.thresholds');
    }
  });
});
