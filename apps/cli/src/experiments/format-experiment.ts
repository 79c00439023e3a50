/** Everything that is known of one experiment, for reading from top to bottom. */
import { formatBytes, formatCount, formatDuration, formatParameters } from '@eyegazer/client';
import { describeAdapter, type ExperimentDetail } from '@eyegazer/core';
import { stringify } from 'yaml';
import { cleanText } from '../output/clean-text.js';
import { formatFacts } from '../output/facts.js';
import { formatMetric } from '../output/format-number.js';
import { formatInstant, secondsBetween } from '../output/format-time.js';
import type { Paint } from '../output/paint.js';
import { formatTable } from '../output/table.js';
import { wrapText } from '../output/wrap-text.js';
import { formatWarning } from '../submit/format-warning.js';
import { metricWords } from '../watch/format-evaluation.js';
import { formatProgress } from '../watch/format-progress.js';
import { formatConfusion } from './format-confusion.js';
import { formatFinding, formatHistogram, formatRemedies } from './format-finding.js';
import { standingFindings } from './standing-findings.js';
import { stateStyle } from './state-cell.js';

interface Options {
  width: number;
  paint: Paint;
}

export function formatExperiment(experiment: ExperimentDetail, { width, paint }: Options): string[] {
  const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', paint('bold', title), ...lines]);
  const options = { width, paint };
  return [
    `${paint('bold', cleanText(experiment.name))}  ${paint(stateStyle(experiment.state), experiment.state)}`,
    ...formatFacts(factsOf(experiment), options),
    ...section('Plan', [...formatFacts(planOf(experiment), options), ...experiment.warnings.flatMap((warning) => formatWarning(warning, { width: width - 2, paint }).map((line) => `  ${line}`))]),
    ...section('Attempts', formatAttempts(experiment, options)),
    ...formatResult(experiment, { ...options, section }),
    ...section('Health', formatHealth(experiment, options)),
    ...section('Artifacts', formatArtifacts(experiment, options)),
    ...section('Config', stringify(experiment.config, { flowCollectionPadding: false }).trimEnd().split('\n').map((line) => `  ${cleanText(line)}`)),
  ];
}

function factsOf({ id, dataset, model, task, tags, createdAt, startedAt, endedAt, deletedAt, error, progress, state }: ExperimentDetail): [string, string][] {
  return [
    ['  id', id],
    ['  dataset', dataset],
    ['  base model', model],
    ['  task', task],
    ...(tags.length === 0 ? [] : [['  tags', tags.join(', ')] as [string, string]]),
    ['  submitted', formatInstant(createdAt)],
    ...(startedAt === null ? [] : [['  started', formatInstant(startedAt)] as [string, string]]),
    ...(endedAt === null ? [] : [['  ended', `${formatInstant(endedAt)}${startedAt === null ? '' : `, after ${formatDuration(secondsBetween(startedAt, endedAt))}`}`] as [string, string]]),
    ...(deletedAt === null ? [] : [['  in the bin', `since ${formatInstant(deletedAt)}`] as [string, string]]),
    ...(progress === null || state !== 'running' ? [] : [['  progress', formatProgress(progress)] as [string, string]]),
    ...(error === null ? [] : [['  error', `${error.code}: ${error.message}`] as [string, string]]),
  ];
}

function planOf({ plan, attempts, config }: ExperimentDetail): [string, string][] {
  const placed = attempts.at(-1)?.plan;
  return [
    ['  updates', `${formatCount(plan.updates)} (${formatCount(plan.updatesPerEpoch)} per epoch)`],
    ['  images', `${formatCount(plan.trainSamples)} trained on, ${formatCount(plan.evalSamples)} held out`],
    ['  trains', `${describeAdapter(config.adapter)}, ${formatParameters(plan.trainableParameters)} parameters`],
    ...(placed ? [['  batch', `${formatCount(placed.effectiveBatch)} in steps of ${placed.microBatch}, on ${placed.deviceName} (${placed.engine})`] as [string, string]] : []),
    ...(placed && placed.recompute !== 'none' ? [['  recomputes', placed.recompute === 'full' ? 'whole layers' : 'cheap parts'] as [string, string]] : []),
  ];
}

function formatAttempts({ attempts }: ExperimentDetail, { width, paint }: Options): string[] {
  if (attempts.length === 0) return [];
  const rows = attempts.map(({ number, state, plan, deviceKey, startedAt, endedAt, error }) => [
    `  ${number}`,
    state,
    plan?.deviceName ?? deviceKey,
    startedAt === null ? '-' : formatInstant(startedAt),
    startedAt !== null && endedAt !== null ? formatDuration(secondsBetween(startedAt, endedAt)) : '-',
    error?.code ?? '',
  ]);
  return formatTable({ columns: [{ title: '  #' }, { title: 'STATE' }, { title: 'DEVICE', shrinkTo: 8 }, { title: 'STARTED', optional: 1 }, { title: 'TOOK' }, { title: 'ERROR' }], rows, width, paint });
}

function formatResult({ latest, best, evaluation, config }: ExperimentDetail, { width, paint, section }: Options & { section: (title: string, lines: readonly string[]) => string[] }): string[] {
  if (!latest || !best || !evaluation) return [];
  const names = (Object.keys(latest) as (keyof typeof latest)[]).filter((name) => latest[name] !== null || best[name] !== null);
  const rows = names.map((name) => [`  ${metricWords[name]}${name === config.evaluation.metric ? ' *' : ''}`, formatMetric(best[name]), formatMetric(latest[name])]);
  const metrics = formatTable({ columns: [{ title: '  METRIC' }, { title: 'BEST', align: 'right' }, { title: 'NEWEST', align: 'right' }], rows, width, paint });
  const chosen = paint('dim', `  * chooses the best evaluation. Newest: update ${formatCount(evaluation.update)}, epoch ${evaluation.epoch.toFixed(1)}, ${formatCount(evaluation.count)} held-out images.`);
  return [...section('Metrics', [...metrics, chosen]), ...section('Confusion matrix of the newest evaluation', formatConfusion(evaluation, { width: width - 2, paint }).map((line) => `  ${line}`))];
}

function formatHealth({ health, evaluation, startedAt }: ExperimentDetail, options: Options): string[] {
  if (health.findings.length === 0) return startedAt === null || evaluation === null ? [] : [options.paint('green', '  No rule has found anything.')];
  const standing = standingFindings(health.findings, evaluation?.update ?? null);
  const cleared = health.findings.filter((finding) => !standing.includes(finding));
  return [
    ...standing.flatMap((finding) => formatFinding(finding, options).map((line) => `  ${line}`)),
    ...formatHistogram(standing, options),
    ...(standing.length === 0 ? [options.paint('green', '  The newest evaluation is healthy.')] : ['  What to try, most promising first:', ...formatRemedies(standing, options)]),
    ...(cleared.length === 0 ? [] : wrapText(`earlier: ${describeEarlier(cleared)}`, options.width - 2).map((line) => options.paint('dim', `  ${line}`))),
  ];
}

/** `C1 at update 34, C2 9 times from update 34 to 306`. */
function describeEarlier(findings: ExperimentDetail['health']['findings']): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  return rules
    .map((rule) => {
      const updates = findings.filter((finding) => finding.rule === rule).map(({ update }) => update);
      const [first, last] = [formatCount(Math.min(...updates)), formatCount(Math.max(...updates))];
      return updates.length === 1 ? `${rule} at update ${first}` : `${rule} ${updates.length} times from update ${first} to ${last}`;
    })
    .join(', ');
}

function formatArtifacts({ artifacts }: ExperimentDetail, { width, paint }: Options): string[] {
  if (artifacts.length === 0) return [];
  const rows = artifacts.map(({ name, byteLength, sha256 }) => [`  ${name}`, formatBytes(byteLength), sha256.slice(0, 12)]);
  return formatTable({ columns: [{ title: '  FILE', shrinkTo: 12 }, { title: 'SIZE', align: 'right' }, { title: 'SHA256' }], rows, width, paint });
}
