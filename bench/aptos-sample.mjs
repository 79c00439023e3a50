/**
 * Quality and time on the APTOS sample, beside what Transformers + PEFT reach on the same list (figures from the
 * reference data's own README): 5-class, binary and regression, seeds 1 to 3, DeiT-tiny, 3 epochs.
 *
 *   npm start                                                      # in one terminal
 *   node bench/aptos-sample.mjs ../shared [http://127.0.0.1:4400]  # in another
 */
import { resolve } from 'node:path';

const shared = resolve(process.argv[2] ?? '../shared');
const url = process.argv[3] ?? 'http://127.0.0.1:4400';

const tasks = [
  { name: '5-class', task: { kind: 'multiclass' }, metric: 'qwk', peft: 0.78 },
  { name: 'binary', task: { kind: 'binary' }, metric: 'accuracy', peft: 0.967 },
  { name: 'regression', task: { kind: 'regression' }, metric: 'qwk', peft: 0.822 },
];
const seeds = [1, 2, 3];

async function call(method, path, body) {
  const response = await fetch(`${url}/api${path}`, {
    method,
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.error.message}`);
  return answer;
}

async function until(ask, done) {
  for (;;) {
    const answer = await ask();
    if (done(answer)) return answer;
    await new Promise((wake) => setTimeout(wake, 1000));
  }
}

const datasets = await call('GET', '/datasets');
let dataset = datasets.items.find(({ name }) => name === 'aptos-bench');
dataset ??= await call('POST', '/datasets', {
  name: 'aptos-bench',
  source: { kind: 'path', uri: `${shared}/data/aptos-sample` },
  split: { kind: 'list', file: `${shared}/data/aptos-sample/holdout.csv` },
});
await until(() => call('GET', `/datasets/${dataset.id}`), ({ state }) => state === 'ready');

const ended = ['succeeded', 'failed', 'stopped', 'cancelled'];
const rows = [];
for (const { name, task, metric, peft } of tasks) {
  for (const seed of seeds) {
    const { id } = await call('POST', '/experiments', {
      name: `bench / ${name} / seed ${seed}`,
      dataset: 'aptos-bench',
      task,
      model: { base: `${shared}/models/deit-tiny` },
      adapter: { r: 16, alpha: 16, dropout: 0.1, targetModules: ['query', 'value'] },
      training: { epochs: 3, effectiveBatch: 32, learningRate: 1e-3, schedule: 'linear', warmupRatio: 0.1, weightDecay: 0.01, seed, augment: { preset: 'standard' } },
      evaluation: { metric },
    });
    const run = await until(() => call('GET', `/experiments/${id}`), ({ state }) => ended.includes(state));
    if (run.state !== 'succeeded') throw new Error(`${run.name}: ${run.state}, ${run.error?.message}`);
    const seconds = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
    const row = { name, seed, metric, peft, seconds, last: run.latest[metric], best: run.best[metric], accuracy: run.latest.accuracy, predicted: run.evaluation.predictedCounts.join('/'), findings: [...new Set(run.health.findings.map(({ rule }) => rule))].join(' ') };
    rows.push(row);
    console.log(`${name.padEnd(10)} seed ${seed}  ${metric} ${row.last.toFixed(3)} (best ${row.best.toFixed(3)})  accuracy ${row.accuracy.toFixed(3)}  answers ${row.predicted.padEnd(14)}  ${seconds.toFixed(0)} s  ${row.findings}`);
  }
}
console.log('\n| task | metric | mean over seeds 1-3 | Transformers + PEFT | difference | slowest run |\n|---|---|---|---|---|---|');
for (const { name, metric, peft } of tasks) {
  const own = rows.filter((row) => row.name === name);
  const mean = own.reduce((sum, { last }) => sum + last, 0) / own.length;
  console.log(`| ${name} | ${metric} | ${mean.toFixed(3)} | ${peft.toFixed(3)} | ${(mean - peft).toFixed(3)} | ${Math.max(...own.map(({ seconds }) => seconds)).toFixed(0)} s |`);
}
