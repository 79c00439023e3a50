import type { BundleFacts } from './bundle-facts.js';

/** metrics.json: the evaluation handed over (`best` by `metric`), the last one, all of them, and what the health rules said. */
export function metricsJson({ config, task, best, history, findings, stopReason }: BundleFacts): string {
  const metrics = {
    task: task.kind,
    metric: config.evaluation.metric,
    stopped: stopReason,
    best: best.evaluation,
    final: history.at(-1) ?? null,
    history,
    findings,
  };
  return `${JSON.stringify(metrics, null, 2)}\n`;
}
