/** The demo as a newcomer starts it: on the model that comes with Eyegazer it learns grades, on random weights it does not. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoConfig, demoModel } from '@eyegazer/api';
import { demoAnswerSchema, type ExperimentDetail, type SubmitAnswer } from '@eyegazer/core';
import { loadBaseModel } from '@eyegazer/formats';
import { findFreePort } from '../fixtures/free-port.js';
import { writeNanoViT } from '../fixtures/nano-vit.js';
import { until } from '../until.js';
import { startStack, type Stack } from './stack.js';

describe('the demo', function () {
  this.timeout(900_000);
  let home: string;
  let stack: Stack;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-demo-'));
    stack = await startStack({ home, port: await findFreePort() });
  });
  after(async () => {
    await stack?.interrupt();
    await rm(home, { recursive: true, force: true });
  });

  const send = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${stack.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    assert.ok(response.ok, await response.clone().text());
    return response.json();
  };
  const finish = (id: string): Promise<ExperimentDetail> =>
    until(async () => {
      const run = (await (await fetch(`${stack.url}/api/experiments/${id}`)).json()) as ExperimentDetail;
      assert.ok(!['failed', 'cancelled', 'stopped'].includes(run.state), JSON.stringify(run.error));
      return run.state === 'succeeded' ? run : undefined;
    }, 400_000);

  it('reaches QWK 0.6 on its held-out images, and nothing about it is unhealthy', async () => {
    const id = await until(async () => demoAnswerSchema.parse(await send('/api/demo', {})).experimentId ?? undefined, 200_000);
    const { evaluation, health } = await finish(id);
    assert.ok(evaluation && evaluation.metrics.qwk !== null && evaluation.metrics.qwk >= 0.6, JSON.stringify(evaluation?.metrics));
    assert.deepEqual(health.findings.filter(({ level }) => level === 'critical'), []);
  });

  it('does not reach it from random weights of the same architecture', async () => {
    const folder = join(home, 'random');
    await writeNanoViT(folder, { seed: 1, config: (await loadBaseModel(demoModel.folder)).config });
    const { id } = (await send('/api/experiments', { ...demoConfig, name: 'random weights', model: { base: folder }, tags: [] })) as SubmitAnswer;
    assert.ok(id);
    const { evaluation } = await finish(id);
    assert.ok(evaluation && (evaluation.metrics.qwk ?? 0) < 0.6, JSON.stringify(evaluation?.metrics));
  });
});
