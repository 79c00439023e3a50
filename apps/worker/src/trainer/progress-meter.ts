import { countEvaluationsLeft, type EvaluationSchedule } from './evaluation-schedule.js';

export interface ProgressMeter {
  recordUpdate(update: { images: number; ms: number }): void;
  recordEvaluation(ms: number): void;
  /** Throughput over the last updates, and the time that updates and evaluations still to come will take; null before the first update. */
  read(updatesDone: number): { imagesPerSecond: number | null; secondsLeft: number | null };
}

const recentUpdates = 20;

/** @param evalSamples images of one evaluation; before the first is measured, an image is taken to cost half a training step's */
export function createProgressMeter(options: { schedule: EvaluationSchedule; trainSamples: number; evalSamples: number }): ProgressMeter {
  const { schedule, trainSamples, evalSamples } = options;
  const recent: { images: number; ms: number }[] = [];
  let evaluationMs: number | null = null;
  return {
    recordUpdate(update) {
      recent.push(update);
      if (recent.length > recentUpdates) recent.shift();
    },
    recordEvaluation(ms) {
      evaluationMs = ms;
    },
    read(updatesDone) {
      const images = recent.reduce((sum, update) => sum + update.images, 0);
      const ms = recent.reduce((sum, update) => sum + update.ms, 0);
      if (images === 0 || ms === 0) return { imagesPerSecond: null, secondsLeft: null };
      const imageMs = ms / images;
      const imagesPerUpdate = trainSamples / schedule.updatesPerEpoch;
      const trainingMs = (schedule.updates - updatesDone) * imagesPerUpdate * imageMs;
      const evaluatingMs = countEvaluationsLeft(updatesDone, schedule) * (evaluationMs ?? (evalSamples * imageMs) / 2);
      return { imagesPerSecond: 1000 / imageMs, secondsLeft: (trainingMs + evaluatingMs) / 1000 };
    },
  };
}
