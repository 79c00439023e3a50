import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  evaluateLogits,
  isBetterEvaluation,
  logitsHash,
  macroF1,
  matthewsCorrelation,
  precisionByClass,
  quadraticWeightedKappa,
  recallByClass,
  regressionMetrics,
  taskLoss,
  type EvaluationMetrics,
} from '@eyegazer/core';

interface Case {
  name: string;
  classCount: number;
  truth: number[];
  predicted: number[];
  confusion: number[][];
  accuracy: number;
  balancedAccuracy: number;
  qwk: number | null;
  macroF1: number;
  mcc: number | null;
  recall: (number | null)[];
  precision: (number | null)[];
}

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/metrics.json', import.meta.url), 'utf8')) as {
  cases: Case[];
  regression: { truth: number[]; predicted: number[]; mae: number; rmse: number; r2: number };
};

function assertClose(actual: number | null, expected: number | null, what: string): void {
  if (actual === null || expected === null) return assert.equal(actual, expected, what);
  assert.ok(Math.abs(actual - expected) <= 1e-12, `${what}: expected ${expected}, got ${actual}`);
}

describe('classification metrics', () => {
  for (const c of fixture.cases) {
    it(`equal scikit-learn's: ${c.name}`, () => {
      const confusion = confusionMatrix(c.truth, c.predicted, c.classCount);
      assert.deepEqual(confusion, c.confusion);
      assertClose(accuracy(confusion), c.accuracy, 'accuracy');
      assertClose(balancedAccuracy(confusion), c.balancedAccuracy, 'balanced accuracy');
      assertClose(quadraticWeightedKappa(confusion), c.qwk, 'QWK');
      assertClose(macroF1(confusion), c.macroF1, 'macro F1');
      assertClose(matthewsCorrelation(confusion), c.mcc, 'MCC');
      recallByClass(confusion).forEach((value, k) => assertClose(value, c.recall[k] ?? null, `recall ${k}`));
      precisionByClass(confusion).forEach((value, k) => assertClose(value, c.precision[k] ?? null, `precision ${k}`));
    });
  }

  it('refuse a class id that does not exist', () => {
    assert.throws(() => confusionMatrix([0, 5], [0, 0], 5), /class ids 0 to 4 at position 1, got truth 5/);
  });
});

describe('regression metrics', () => {
  it("equal scikit-learn's", () => {
    const { truth, predicted, mae, rmse, r2 } = fixture.regression;
    const actual = regressionMetrics(truth, predicted);
    assertClose(actual.mae, mae, 'MAE');
    assertClose(actual.rmse, rmse, 'RMSE');
    assertClose(actual.r2, r2, 'R2');
  });

  it('have no R2 on a constant truth', () => {
    assert.equal(regressionMetrics([2, 2], [1, 2]).r2, null);
  });
});

describe('evaluateLogits', () => {
  const common = { classNames: ['0', '1', '2'], update: 7, epoch: 1, learningRate: 1e-3, trainLoss: 0.5 };

  it('counts a multiclass split and its cross-entropy', () => {
    const evaluation = evaluateLogits({ ...common, task: { kind: 'multiclass', loss: 'crossEntropy' }, logits: [[2, 0, 0], [0, 3, 0], [0, 1, 0]], labels: [0, 1, 2] });
    assert.deepEqual(evaluation.confusion, [[1, 0, 0], [0, 1, 0], [0, 1, 0]]);
    assert.deepEqual(evaluation.predictedCounts, [1, 2, 0]);
    assert.deepEqual(evaluation.recall, [1, 1, 0]);
    const nll = (row: number[], k: number): number => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - (row[k] ?? 0);
    assertClose(evaluation.metrics.loss, (nll([2, 0, 0], 0) + nll([0, 3, 0], 1) + nll([0, 1, 0], 2)) / 3, 'loss');
    assert.equal(evaluation.metrics.mae, null);
  });

  it('joins class names and labels for a binary task', () => {
    const evaluation = evaluateLogits({ ...common, task: { kind: 'binary', positive: [1, 2] }, logits: [[1, 0], [0, 1], [1, 0]], labels: [0, 2, 1] });
    assert.deepEqual(evaluation.classNames, ['0', '1 + 2']);
    assert.deepEqual(evaluation.confusion, [[1, 0], [1, 1]]);
  });

  it('bins a regression by its thresholds and keeps its errors', () => {
    const evaluation = evaluateLogits({ ...common, task: { kind: 'regression', range: [0, 2], thresholds: [0.5, 1.5], loss: 'mse' }, logits: [[0.5], [0.51], [9]], labels: [0, 1, 1] });
    assert.deepEqual(evaluation.confusion, [[1, 0, 0], [0, 1, 1], [0, 0, 0]]);
    assertClose(evaluation.metrics.loss, (0.25 + 0.49 ** 2 + 64) / 3, 'MSE');
    assertClose(evaluation.metrics.mae, (0.5 + 0.49 + 8) / 3, 'MAE');
  });

  it('keeps counting when outputs are not finite', () => {
    const evaluation = evaluateLogits({ ...common, task: { kind: 'multiclass', loss: 'crossEntropy' }, logits: [[NaN, NaN, NaN]], labels: [1] });
    assert.equal(evaluation.metrics.loss, null);
    assert.equal(evaluation.count, 1);
  });

  it('gives the smooth L1 loss of a regression', () => {
    assertClose(taskLoss({ kind: 'regression', range: [0, 4], thresholds: [1], loss: 'smoothL1' }, [[0.5], [3]], [0, 0]), (0.125 + 2.5) / 2, 'smooth L1');
  });
});

describe('logitsHash', () => {
  it('ignores what rounds away at 1e-3 and sees what does not', () => {
    assert.equal(logitsHash([[0.1001, 2]]), logitsHash([[0.1002, 2]]));
    assert.notEqual(logitsHash([[0.1, 2]]), logitsHash([[0.102, 2]]));
    assert.notEqual(logitsHash([[1, 2]]), logitsHash([[2, 1]]));
  });
});

describe('isBetterEvaluation', () => {
  const metrics = (changes: Partial<EvaluationMetrics>): EvaluationMetrics => ({ loss: 1, accuracy: 0.5, balancedAccuracy: 0.5, qwk: 0.5, macroF1: 0.5, mcc: 0.5, mae: null, rmse: null, r2: null, ...changes });

  it('takes the first, then only a strictly better one', () => {
    assert.equal(isBetterEvaluation(metrics({}), null, 'qwk'), true);
    assert.equal(isBetterEvaluation(metrics({}), metrics({}), 'qwk'), false);
    assert.equal(isBetterEvaluation(metrics({ qwk: 0.6 }), metrics({}), 'qwk'), true);
  });

  it('counts an undefined metric as worst and a lower loss as better', () => {
    assert.equal(isBetterEvaluation(metrics({ qwk: null }), metrics({ qwk: -1 }), 'qwk'), false);
    assert.equal(isBetterEvaluation(metrics({ loss: 0.5 }), metrics({}), 'loss'), true);
    assert.equal(isBetterEvaluation(metrics({ loss: null }), metrics({}), 'loss'), false);
  });
});
