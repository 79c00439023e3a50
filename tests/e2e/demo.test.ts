/** The demo as a newcomer starts it: on the model that comes with Eyegazer it learns grades, on random weights it does not. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoConfig, demoModel } from '@eyegazer/api';
import type { ExperimentDetail, SubmitAnswer } from '@eyegazer/core';
import { loadBaseModel } from '@eyegazer/formats';
import type { Page } from 'playwright-core';
import { findFreePort } from '../fixtures/free-port.js';
import { writeNanoViT } from '../fixtures/nano-vit.js';
import { launchBrowser, needsChromium, type TestBrowser } from './browser.js';
import { startStack, type Stack } from './stack.js';

describe('the demo', function () {
  this.timeout(1_800_000);
  let home: string;
  let stack: Stack;
  let browser: TestBrowser;
  let page: Page;
  before(async function () {
    needsChromium(this);
    home = await mkdtemp(join(tmpdir(), 'eyegazer-demo-'));
    stack = await startStack({ home, port: await findFreePort() });
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  after(async () => {
    await browser?.close();
    await stack?.interrupt();
    if (home) await rm(home, { recursive: true, force: true });
  });

  const detailOf = async (id: string): Promise<ExperimentDetail> => (await (await fetch(`${stack.url}/api/experiments/${id}`)).json()) as ExperimentDetail;
  const finished = async (): Promise<ExperimentDetail> => {
    await page.locator('[data-testid="experiment-state"][data-state="succeeded"]').waitFor({ timeout: 800_000 });
    return detailOf(/\/experiments\/([^/?]+)/.exec(page.url())?.[1] ?? assert.fail(`no experiment in ${page.url()}`));
  };

  it('reaches QWK 0.6 on its held-out images, and nothing about it is critical', async () => {
    await page.goto(stack.url);
    await page.getByTestId('try-demo').first().click();
    await page.locator('[data-testid^="experiment-row-"]').first().waitFor({ timeout: 300_000 });
    await page.getByRole('link', { name: demoConfig.name }).first().click();
    const { evaluation, health } = await finished();
    assert.ok(evaluation && (evaluation.metrics.qwk ?? 0) >= 0.6, JSON.stringify(evaluation?.metrics));
    assert.deepEqual(health.findings.filter(({ level }) => level === 'critical'), []);
  });

  it('does not reach it from random weights of the same architecture', async () => {
    const folder = join(home, 'random');
    await writeNanoViT(folder, { seed: 1, config: (await loadBaseModel(demoModel.folder)).config });
    const body = JSON.stringify({ ...demoConfig, name: 'random weights', model: { base: folder }, tags: [] });
    const response = await fetch(`${stack.url}/api/experiments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    assert.ok(response.ok, await response.clone().text());
    await page.goto(`${stack.url}/experiments/${((await response.json()) as SubmitAnswer).id}`);
    const { evaluation } = await finished();
    assert.ok(evaluation && (evaluation.metrics.qwk ?? 0) < 0.6, JSON.stringify(evaluation?.metrics));
  });
});
