import assert from 'node:assert/strict';
import {
  accuracy,
  balancedAccuracy,
  judgeEvaluation,
  judgeNonFinite,
  macroF1,
  matthewsCorrelation,
  nextHealthState,
  parseExperimentConfig,
  precisionByClass,
  predictedCounts,
  quadraticWeightedKappa,
  recallByClass,
  truthCounts,
  type EventData,
  type HealthState,
} from '@eyegazer/core';

type Evaluation = EventData<'evaluation'>;

/** An evaluation that a model with this confusion matrix would get. */
function evaluationOf(confusion: number[][], changes: Partial<Evaluation> = {}): Evaluation {
  return {
    update: 50,
    epoch: 1,
    count: truthCounts(confusion).reduce((a, b) => a + b, 0),
    metrics: {
      loss: 1,
      accuracy: accuracy(confusion),
      balancedAccuracy: balancedAccuracy(confusion),
      qwk: quadraticWeightedKappa(confusion),
      macroF1: macroF1(confusion),
      mcc: matthewsCorrelation(confusion),
      mae: null,
      rmse: null,
      r2: null,
    },
    classNames: confusion.map((_, k) => `grade ${k}`),
    confusion,
    recall: recallByClass(confusion),
    precision: precisionByClass(confusion),
    truthCounts: truthCounts(confusion),
    predictedCounts: predictedCounts(confusion),
    logitsHash: '00000000',
    learningRate: 1e-3,
    trainLoss: 1,
    ...changes,
  };
}

interface JudgeOptions {
  state?: HealthState;
  health?: unknown;
  plannedUpdates?: number;
}

function judge(history: Evaluation[], options: JudgeOptions = {}) {
  const config = parseExperimentConfig({ dataset: 'd', training: { learningRate: 1e-3 }, health: options.health ?? {} });
  return judgeEvaluation({ history, state: options.state ?? 'ok', config, plannedUpdates: options.plannedUpdates ?? 100 });
}

function levelOf(rule: string, history: Evaluation[], options: JudgeOptions = {}): string | null {
  return judge(history, options).findings.find((finding) => finding.rule === rule)?.level ?? null;
}

/** Two classes, `wrong` of the second taken for the first. */
const twoClasses = (first: number, second: number, wrong: number): number[][] => [
  [first, 0],
  [wrong, second - wrong],
];

describe('health rules', () => {
  it('find nothing in a healthy model', () => {
    const healthy = evaluationOf([[85, 3, 0, 0, 0], [2, 12, 3, 0, 0], [1, 3, 40, 2, 1], [0, 0, 3, 5, 1], [0, 1, 4, 1, 8]]);
    const judgement = judge([healthy]);
    assert.deepEqual(judgement, { findings: [], state: 'ok', stop: null });
  });

  describe('C1 single class', () => {
    it('is silent just below 98 % of the answers', () => {
      assert.equal(levelOf('C1', [evaluationOf(twoClasses(900, 100, 79))]), null);
    });
    it('is critical at 98 %', () => {
      assert.equal(levelOf('C1', [evaluationOf(twoClasses(900, 100, 80))]), 'critical');
    });
    it('obeys an overridden threshold', () => {
      assert.equal(levelOf('C1', [evaluationOf(twoClasses(900, 100, 80))], { health: { rules: { C1: { maxShare: 0.99 } } } }), null);
    });
  });

  describe('C2 dead classes', () => {
    const confusion = (third: number, fourth: number): number[][] => [
      [60, 0, 0, 0],
      [0, 60, 0, 0],
      [third, 0, 0, 0],
      [0, fourth, 0, 0],
    ];
    it('is silent when the dead classes hold 9 images', () => {
      assert.equal(levelOf('C2', [evaluationOf(confusion(4, 5))]), null);
    });
    it('warns at 10', () => {
      assert.equal(levelOf('C2', [evaluationOf(confusion(5, 5))]), 'warning');
      assert.equal(levelOf('C2', [evaluationOf(confusion(14, 0))]), 'warning');
    });
    it('stays a warning for two classes with 14, is critical with 15', () => {
      assert.equal(levelOf('C2', [evaluationOf(confusion(7, 7))]), 'warning');
      assert.equal(levelOf('C2', [evaluationOf(confusion(7, 8))]), 'critical');
    });
    it('is critical for one class at the second evaluation in a row', () => {
      const dead = evaluationOf(confusion(20, 0));
      assert.equal(levelOf('C2', [dead, dead]), 'critical');
      assert.equal(levelOf('C2', [evaluationOf([[60, 0, 0, 0], [0, 60, 0, 0], [0, 0, 20, 0], [0, 0, 0, 5]]), dead]), 'warning');
    });
    it('does not count a class that the held-out split lacks', () => {
      assert.equal(levelOf('C2', [evaluationOf([[60, 0, 0], [0, 60, 0], [0, 0, 0]])]), null);
    });
  });

  describe('C3 prediction entropy', () => {
    // Truth: two equal classes, entropy ln 2. The ratio is the entropy of the answers in bits.
    const answers = (second: number): number[][] => [
      [1000, 0],
      [1000 - second, second],
    ];
    it('is silent just above 0.75, warns at or below it', () => {
      assert.equal(levelOf('C3', [evaluationOf(answers(430))]), null); // H(0.215) = 0.751 bit
      assert.equal(levelOf('C3', [evaluationOf(answers(428))]), 'warning'); // H(0.214) = 0.749 bit
    });
    it('is critical at or below 0.35', () => {
      assert.equal(levelOf('C3', [evaluationOf(answers(132))]), 'warning'); // H(0.066) = 0.351 bit
      assert.equal(levelOf('C3', [evaluationOf(answers(130))]), 'critical'); // H(0.065) = 0.347 bit
    });
  });

  describe('C4 majority match', () => {
    it('is critical when accuracy is the majority share and 90 % of the answers are one class', () => {
      assert.equal(levelOf('C4', [evaluationOf([[650, 50], [250, 50]])]), 'critical');
    });
    it('is silent when one class has just below 90 % of the answers', () => {
      assert.equal(levelOf('C4', [evaluationOf([[650, 50], [249, 51]])]), null);
    });
    it('is silent when accuracy is further away than the sampling error', () => {
      // p = 0.88, n = 1000: 1.96 sqrt(p (1 - p) / n) = 0.02014
      assert.equal(levelOf('C4', [evaluationOf([[880, 0], [99, 21]])]), null); // accuracy 0.901
      assert.equal(levelOf('C4', [evaluationOf([[880, 0], [100, 20]])]), 'critical'); // accuracy 0.900
    });
    it('allows one point of distance when the sampling error is smaller', () => {
      assert.equal(levelOf('C4', [evaluationOf([[9800, 0], [101, 99]])]), 'critical');
      assert.equal(levelOf('C4', [evaluationOf([[9800, 0], [99, 101]])]), null);
    });
  });

  describe('C5 subset ceiling', () => {
    const subset = (correct: number): number[][] => [
      [correct, 80 - correct, 0],
      [0, 80, 0],
      [20, 20, 0],
    ];
    it('warns at 95 % of the ceiling and says what accuracy cannot exceed', () => {
      const finding = judge([evaluationOf(subset(72))]).findings.find(({ rule }) => rule === 'C5');
      assert.equal(finding?.level, 'warning');
      assert.match(finding.message, /cannot exceed 80\.0 %/);
    });
    it('is silent below 95 %, and when every class is answered', () => {
      assert.equal(levelOf('C5', [evaluationOf(subset(71))]), null);
      assert.equal(levelOf('C5', [evaluationOf([[80, 0, 0], [0, 80, 0], [19, 20, 1]])]), null);
      assert.equal(levelOf('C5', [evaluationOf([[80, 0, 0], [0, 80, 0], [0, 0, 0]])]), null, 'a class without images is no ceiling');
    });
  });

  describe('C6 chance agreement', () => {
    it('is critical for a constant answer, where kappa is 0', () => {
      assert.equal(levelOf('C6', [evaluationOf([[0, 50], [0, 50]])]), 'critical');
    });
    it('looks at QWK, balanced accuracy and MCC, each at its threshold', () => {
      const good = evaluationOf([[40, 10], [10, 40]]);
      const withMetrics = (changes: Partial<Evaluation['metrics']>): Evaluation => ({ ...good, metrics: { ...good.metrics, ...changes } });
      assert.equal(levelOf('C6', [good]), null);
      assert.equal(levelOf('C6', [withMetrics({ qwk: 0.051 })]), null);
      assert.equal(levelOf('C6', [withMetrics({ qwk: 0.05 })]), 'critical');
      assert.equal(levelOf('C6', [withMetrics({ qwk: null })]), 'critical');
      assert.equal(levelOf('C6', [withMetrics({ balancedAccuracy: 0.551 })]), null);
      assert.equal(levelOf('C6', [withMetrics({ balancedAccuracy: 0.55 })]), 'critical');
      assert.equal(levelOf('C6', [withMetrics({ mcc: 0.051 })]), null);
      assert.equal(levelOf('C6', [withMetrics({ mcc: 0.05 })]), 'critical');
    });
  });

  describe('C9 frozen', () => {
    const still = evaluationOf([[40, 10], [10, 40]], { learningRate: 1.01e-5 });
    it('is critical at the third equal evaluation, not at the second', () => {
      assert.equal(levelOf('C9', [still, still]), null);
      assert.equal(levelOf('C9', [still, still, still]), 'critical');
    });
    it('is silent once the learning rate is down to 1 % of its peak', () => {
      const cold = { ...still, learningRate: 1e-5 };
      assert.equal(levelOf('C9', [cold, cold, cold]), null);
    });
    it('is silent when the outputs moved', () => {
      assert.equal(levelOf('C9', [still, { ...still, logitsHash: '00000001' }, still]), null);
    });
  });

  it('N1 is critical, confirmed, and offers half the learning rate', () => {
    const config = parseExperimentConfig({ dataset: 'd', training: { learningRate: 0.01 } });
    const finding = judgeNonFinite({ what: 'loss', update: 12, config });
    assert.equal(finding.level, 'critical');
    assert.equal(finding.healthState, 'confirmed');
    assert.match(finding.message, /loss stopped being finite at update 12/);
    assert.deepEqual(finding.remedies[0]?.changes, { 'training.learningRate': 0.005 });
  });

  it('flag the published run that answers only 0 and 2, whose accuracy and QWK look fine', () => {
    const run = evaluationOf([[92, 0, 0, 0, 0], [5, 3, 9, 0, 0], [2, 0, 45, 0, 0], [0, 0, 9, 0, 0], [0, 0, 14, 0, 0]]);
    assert.ok(run.metrics.accuracy > 0.75 && (run.metrics.qwk ?? 0) > 0.75);
    assert.equal(levelOf('C2', [run]), 'critical');
  });

  it('flag it as well when a single severe eye is answered', () => {
    const run = evaluationOf([[92, 0, 0, 0, 0], [12, 3, 2, 0, 0], [2, 0, 45, 0, 0], [0, 0, 9, 0, 0], [0, 0, 13, 0, 1]]);
    assert.equal(levelOf('C3', [run]), 'warning');
  });
});

describe('judgeEvaluation', () => {
  const collapsed = evaluationOf([[50, 0], [50, 0]]);
  const suspect = evaluationOf([[60, 0, 0], [0, 60, 0], [12, 0, 0]]);
  const healthy = evaluationOf([[40, 10], [10, 40]]);

  it('only informs before a tenth of the planned updates', () => {
    const early = judge([collapsed], { plannedUpdates: 501 });
    assert.ok(early.findings.length > 0 && early.findings.every(({ level }) => level === 'info'));
    assert.equal(early.state, 'ok');
    assert.equal(levelOf('C1', [collapsed], { plannedUpdates: 500 }), 'critical');
  });

  it('carries histogram, evidence and remedies in every finding', () => {
    for (const finding of judge([collapsed]).findings) {
      assert.deepEqual(finding.evidence['histogram'], { classNames: ['grade 0', 'grade 1'], predictedCounts: [100, 0], truthCounts: [50, 50] });
      assert.ok(finding.remedies.length >= 3);
      assert.equal(finding.update, 50);
    }
  });

  it('confirms at once when every answer is one class, else at the second evaluation', () => {
    assert.equal(judge([collapsed]).state, 'confirmed');
    assert.equal(judge([suspect]).state, 'suspected');
    assert.equal(judge([suspect, suspect], { state: 'suspected' }).state, 'confirmed');
  });

  it('clears with one healthy evaluation', () => {
    assert.equal(judge([healthy], { state: 'suspected' }).state, 'ok');
    assert.equal(judge([healthy], { state: 'confirmed' }).state, 'recovered');
  });

  it('leaves out a rule that is off', () => {
    assert.equal(levelOf('C1', [collapsed], { health: { rules: { C1: { action: 'off' } } } }), null);
  });

  it('stops only when told: by rule, or by onCollapse once confirmed', () => {
    assert.equal(judge([collapsed]).stop, null);
    assert.equal(judge([suspect], { health: { rules: { C2: { action: 'stop' } } } }).stop, 'C2');
    assert.equal(judge([suspect], { health: { onCollapse: 'stop' } }).stop, null);
    assert.equal(judge([collapsed], { health: { onCollapse: 'stop' } }).stop, 'C1');
    assert.equal(judge([collapsed], { health: { onCollapse: 'stop', rules: { C1: { action: 'flag' }, C2: { action: 'off' } } } }).stop, 'C3');
  });

  it('keeps a confirmed state confirmed and a healthy one ok', () => {
    assert.equal(nextHealthState('confirmed', 'unhealthy'), 'confirmed');
    assert.equal(nextHealthState('ok', 'healthy'), 'ok');
    assert.equal(nextHealthState('recovered', 'unhealthy'), 'suspected');
  });
});
