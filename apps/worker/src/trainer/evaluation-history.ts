import { evaluateLogits, isBetterEvaluation, judgeEvaluation, type EventData, type ExperimentConfig, type HealthState, type ResolvedTask } from '@eyegazer/core';
import type { TrainableTensors } from '@eyegazer/model';
import type { EvaluatedTensors } from '../bundle/bundle-facts.js';

/** Every evaluation of a run, the best one with a copy of its tensors, and what the health rules say. */
export interface EvaluationHistory {
  readonly evaluations: readonly EventData<'evaluation'>[];
  readonly findings: readonly EventData<'finding'>[];
  readonly best: EvaluatedTensors | null;
  /** Adds an evaluation; answers it with its findings, and why the run must stop, if it must. */
  add(outputs: EvaluationOutputs): { evaluation: EventData<'evaluation'>; findings: EventData<'finding'>[]; stop: string | null };
  addFinding(finding: EventData<'finding'>): void;
}

export interface EvaluationOutputs {
  logits: Float32Array[];
  /** Updates done. */
  update: number;
  epoch: number;
  learningRate: number;
  trainLoss: number | null;
}

export interface EvaluationHistoryOptions {
  config: ExperimentConfig;
  task: ResolvedTask;
  classNames: readonly string[];
  /** Dataset labels of the held-out images. */
  labels: readonly number[];
  plannedUpdates: number;
  /** What is evaluated: the tensors that train, or their average; copied when they are the best so far. */
  tensors: TrainableTensors;
}

export function createEvaluationHistory(options: EvaluationHistoryOptions): EvaluationHistory {
  const { config, task, classNames, labels, plannedUpdates } = options;
  const evaluations: EventData<'evaluation'>[] = [];
  const findings: EventData<'finding'>[] = [];
  let best: EvaluatedTensors | null = null;
  let state: HealthState = 'ok';
  return {
    evaluations,
    findings,
    get best() {
      return best;
    },
    add(outputs) {
      const evaluation = evaluateLogits({ task, classNames, labels, ...outputs });
      evaluations.push(evaluation);
      if (isBetterEvaluation(evaluation.metrics, best?.evaluation.metrics ?? null, config.evaluation.metric)) {
        const tensors = new Map([...options.tensors].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
        best = { evaluation, logits: outputs.logits, tensors };
      }
      const judgement = judgeEvaluation({ history: evaluations, state, config, plannedUpdates });
      state = judgement.state;
      findings.push(...judgement.findings);
      const stopping = judgement.findings.find(({ rule }) => rule === judgement.stop);
      return { evaluation, findings: judgement.findings, stop: stopping ? `${stopping.rule}: ${stopping.message}` : null };
    },
    addFinding(finding) {
      findings.push(finding);
    },
  };
}
