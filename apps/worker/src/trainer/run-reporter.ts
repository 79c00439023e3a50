import type { EventBody, EventData } from '@eyegazer/core';
import type { UpdateReport } from '@eyegazer/engine';
import type { EvaluationSchedule } from './evaluation-schedule.js';
import { createMetricBuffer } from './metric-buffer.js';
import { createProgressMeter } from './progress-meter.js';

type Phase = EventData<'progress'>['phase'];

/** Turns what a run does into `metrics` and `progress` events. */
export interface RunReporter {
  addUpdate(report: UpdateReport): void;
  /** Sends what is held back, and a progress event of the phase that begins. */
  enter(phase: Phase, updatesDone: number): void;
  addEvaluation(ms: number): void;
}

const progressIntervalMs = 1000;

export function createRunReporter(options: {
  schedule: EvaluationSchedule;
  trainSamples: number;
  evalSamples: number;
  emit: (event: EventBody) => void;
  now?: () => number;
}): RunReporter {
  const { schedule, emit, now = () => performance.now() } = options;
  const meter = createProgressMeter(options);
  const buffer = createMetricBuffer({ now });
  let progressAt = -Infinity;

  const emitMetrics = (data: EventData<'metrics'> | null): void => {
    if (data) emit({ type: 'metrics', data });
  };
  const emitProgress = (phase: Phase, update: number): void => {
    progressAt = now();
    emit({ type: 'progress', data: { phase, update, updates: schedule.updates, epoch: update / schedule.updatesPerEpoch, ...meter.read(update) } });
  };

  return {
    addUpdate({ update, loss, lr, gradNorm, images, stepMs, dataWaitMs }) {
      const updatesDone = update + 1;
      const ms = stepMs + dataWaitMs;
      meter.recordUpdate({ images, ms });
      emitMetrics(
        buffer.add(updatesDone, { loss, learningRate: lr, gradNorm, imagesPerSecond: (1000 * images) / ms, stepSeconds: stepMs / 1000, dataWaitSeconds: dataWaitMs / 1000 }),
      );
      if (now() - progressAt >= progressIntervalMs) emitProgress('training', updatesDone);
    },
    enter(phase, updatesDone) {
      emitMetrics(buffer.take());
      emitProgress(phase, updatesDone);
    },
    addEvaluation: (ms) => meter.recordEvaluation(ms),
  };
}
