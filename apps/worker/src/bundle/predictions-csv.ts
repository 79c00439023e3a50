import { predictedClass, targetOf, type ManifestSample, type ResolvedTask } from '@eyegazer/core';
import { writeCsvRow } from '@eyegazer/formats';
import { formatFloat32 } from './format-float32.js';

/**
 * predictions.csv: a row per held-out image. `label` and `prediction` are ids of labels.json (a grade counts in the bin
 * that the thresholds put it in); the outputs read back to the same float32.
 */
export function predictionsCsv(task: ResolvedTask, samples: readonly ManifestSample[], logits: readonly Float32Array[]): string {
  const outputs = logits[0]?.length ?? 0;
  const rows = [['id', 'label', 'prediction', ...Array.from({ length: outputs }, (_, k) => `logit_${k}`)]];
  samples.forEach(({ id, label }, i) => {
    const row = logits[i] ?? new Float32Array();
    rows.push([id, label === null ? '' : String(targetOf(task, label)), String(predictedClass(task, row)), ...Array.from(row, formatFloat32)]);
  });
  return rows.map(writeCsvRow).join('');
}
