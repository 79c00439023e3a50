/** A newcomer's whole way, in a real browser on the real product: import, submit, watch, be warned, download, stop, start again. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ExperimentDetail } from '@eyegazer/core';
import type { Page, WebSocketRoute } from 'playwright-core';
import { findFreePort } from '../fixtures/free-port.js';
import { needsShared, sharedPath } from '../shared-path.js';
import { launchBrowser, needsChromium, type TestBrowser } from './browser.js';
import { findProcessesOf } from './processes.js';
import { startStack, type Stack } from './stack.js';
import { unzip } from './unzip.js';

/** Where screenshots go; with UPDATE_SCREENSHOTS set, into the README's pictures. */
const screenshots = resolve(import.meta.dirname, '../..', process.env['UPDATE_SCREENSHOTS'] ? 'docs/images' : 'test-results');

describe('the main path, in a browser', function () {
  this.timeout(300_000);
  let home: string;
  let port: number;
  let stack: Stack;
  let browser: TestBrowser;
  let page: Page;
  /** The page's websockets, so that a test can cut them. */
  const sockets = new Set<WebSocketRoute>();

  before(async function () {
    needsChromium(this);
    needsShared(this, 'data/aptos-sample', 'models/deit-tiny');
    home = await mkdtemp(join(tmpdir(), 'eyegazer-e2e-'));
    port = await findFreePort();
    stack = await startStack({ home, port });
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.routeWebSocket(/socket\.io/, (socket) => {
      socket.connectToServer();
      sockets.add(socket);
    });
    mkdirSync(screenshots, { recursive: true });
  });

  after(async () => {
    await browser?.close();
    await stack?.interrupt();
    if (home) await rm(home, { recursive: true, force: true });
  });

  const experimentId = (): string => /\/experiments\/([^/?]+)/.exec(page.url())?.[1] ?? assert.fail(`no experiment in ${page.url()}`);
  const detail = async (id: string): Promise<ExperimentDetail> => (await (await fetch(`${stack.url}/api/experiments/${id}`)).json()) as ExperimentDetail;

  const untilState = (state: string): Promise<void> => page.locator(`[data-testid="experiment-state"][data-state="${state}"]`).waitFor({ timeout: 180_000 });

  async function submit(fields: Record<string, string>): Promise<string> {
    await page.goto(`${stack.url}/new`);
    for (const [path, value] of Object.entries(fields)) {
      const field = page.getByTestId(`field-${path}`);
      if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
    await page.locator('[data-testid="planned-updates"][data-checking="false"]').filter({ hasText: '23' }).waitFor();
    await page.getByTestId('submit-experiment').click();
    await page.getByTestId('experiment-state').waitFor();
    return experimentId();
  }

  it('opens on an empty state that offers an import and a demo', async () => {
    await page.goto(stack.url);
    await page.getByTestId('empty-state').waitFor();
    assert.ok(await page.getByTestId('import-dataset').first().isVisible());
    assert.ok(await page.getByTestId('try-demo').first().isVisible());
  });

  it('imports a folder by its path with a given list of held-out images', async () => {
    await page.getByTestId('import-dataset').first().click();
    await page.getByTestId('import-kind-path').check({ force: true });
    await page.getByTestId('import-path').fill(sharedPath('data/aptos-sample'));
    await page.getByTestId('import-name').fill('aptos');
    await page.getByTestId('import-split-list').check();
    await page.getByTestId('import-split-file').fill(sharedPath('data/aptos-sample/holdout.csv'));
    await page.getByTestId('import-submit').click();
    await page.getByTestId('dataset-row-aptos').locator('[data-testid="dataset-state"][data-state="ready"]').waitFor();
  });

  it('adds a base model by its folder', async () => {
    await page.goto(`${stack.url}/models`);
    await page.getByTestId('add-model').first().click();
    await page.getByTestId('model-kind-path').check({ force: true });
    await page.getByTestId('model-path').fill(sharedPath('models/deit-tiny'));
    await page.getByTestId('model-submit').click();
    await page.getByTestId('model-row-deit-tiny').waitFor();
  });

  let good: string;

  it('submits from the form, which says how many updates it will make', async () => {
    good = await submit({ 'dataset': 'aptos', 'model.base': 'deit-tiny', 'training.epochs': '1', 'training.effectiveBatch': '32', 'training.learningRate': '0.001' });
    const run = await detail(good);
    assert.equal(run.plan.updates, 23);
    assert.equal(run.config.adapter.method === 'lora' && run.config.adapter.r, 16);
  });

  it('shows the loss growing while the run runs, and misses nothing over a lost connection and a reload', async () => {
    const chart = page.getByTestId('loss-chart');
    const points = async (): Promise<number> => Number(await chart.getAttribute('data-points'));
    const until = (wanted: number) => page.waitForFunction((n) => Number(document.querySelector('[data-testid="loss-chart"]')?.getAttribute('data-points')) >= n, wanted, { timeout: 120_000 });
    await until(2);
    const before = await points();
    await until(before + 2);
    assert.equal(await page.getByTestId('experiment-state').getAttribute('data-state'), 'running');

    const connected = page.locator('[data-testid="connection-state"][data-state="connected"]');
    const lost = page.locator('[data-testid="connection-state"]:not([data-state="connected"])').waitFor();
    for (const socket of sockets) await socket.close();
    await lost;
    await connected.waitFor();
    await until((await points()) + 2);
    await page.reload();
    await untilState('succeeded');
    await until(23);
    assert.equal(await points(), 23, 'every update is one point: none lost, none twice');
  });

  it('shows accuracy, balanced accuracy, QWK, recall, confusion matrix', async () => {
    const { evaluation } = await detail(good);
    assert.ok(evaluation);
    assert.match((await page.getByTestId('metric-accuracy').textContent()) ?? '', new RegExp(evaluation.metrics.accuracy.toFixed(3).replace('.', '\\.')));
    assert.ok(await page.getByTestId('metric-balancedAccuracy').isVisible());
    assert.ok(await page.getByTestId('metric-qwk').isVisible());
    assert.ok(await page.getByTestId('recall-0').isVisible());
    assert.ok(await page.getByTestId('confusion-matrix').isVisible());
    await page.setViewportSize({ width: 1280, height: 1780 });
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: join(screenshots, 'experiment.png') });
  });

  it('gives the whole bundle as one zip that agrees with its checksums', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-bundle').first().click()]);
    assert.match(download.suggestedFilename(), /^eyegazer-.*\.zip$/);
    const files = await unzip(await download.path());
    const expected = ['README.md', 'SHA256SUMS', 'adapter/README.md', 'adapter/adapter_config.json', 'adapter/adapter_model.safetensors', 'config.yaml', 'labels.json', 'metrics.json', 'predictions.csv', 'preprocessor_config.json'];
    assert.deepEqual([...files.keys()].sort(), expected);
    const sums = files.get('SHA256SUMS')?.toString('utf8').trim().split('\n') ?? [];
    assert.equal(sums.length, expected.length - 1);
    for (const line of sums) {
      const [hash, name] = line.split(/\s+\*?/) as [string, string];
      assert.equal(createHash('sha256').update(files.get(name) ?? '').digest('hex'), hash, name);
    }
    assert.equal(files.get('predictions.csv')?.toString('utf8').trim().split('\n').length, 1 + 179);
  });

  it('says at its field what contradicts, and fits a phone with everything open', async () => {
    await page.goto(`${stack.url}/new`);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByTestId('field-adapter.method-full').check({ force: true });
    await page.getByTestId('advanced').locator('summary').click();
    await page.getByTestId('field-training.precision').selectOption('int8');
    const field = page.locator('.field', { has: page.getByTestId('field-training.precision') });
    await field.getByRole('alert').filter({ hasText: 'none is frozen' }).waitFor();
    assert.ok(await page.getByTestId('submit-experiment').isDisabled());
    await page.getByTestId('field-training.classWeights').selectOption('custom');
    await page.getByTestId('field-training.precision').selectOption('fp32');
    await page.locator('.field[data-invalid="true"]', { has: page.getByLabel('Weights', { exact: true }) }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false, 'nothing is wider than the phone');
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('trains the head alone on frozen weights in 8 bits, with an average and weights of classes, chosen by keyboard', async () => {
    await page.goto(`${stack.url}/new`);
    await page.getByTestId('field-dataset').selectOption('aptos');
    await page.getByTestId('field-model.base').selectOption('deit-tiny');
    await page.getByTestId('field-adapter.method-lora').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByTestId('field-training.learningRate').inputValue(), '0.005', 'the usual learning rate comes with the method');
    await page.getByTestId('field-training.epochs').fill('1');
    await page.getByTestId('field-training.effectiveBatch').fill('32');
    await page.getByTestId('advanced').locator('summary').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('field-training.precision').selectOption('int8');
    await page.getByTestId('field-training.classWeights').selectOption('balanced');
    await page.getByTestId('field-training.ema').fill('0.9');
    await page.locator('[data-testid="planned-parameters"]').filter({ hasText: '965' }).waitFor();
    await page.getByTestId('submit-experiment').click();
    await page.getByTestId('experiment-state').waitFor();
    await untilState('succeeded');
    assert.match((await page.getByTestId('plan').textContent()) ?? '', /head only, 965 parameters.*Precisionint8/);
    const { config, artifacts, attempts } = await detail(experimentId());
    assert.deepEqual(config.adapter, { method: 'head' });
    assert.deepEqual([config.training.ema, config.training.classWeights, attempts[0]?.plan?.precision], [0.9, 'balanced', 'int8']);
    assert.ok(artifacts.some(({ name, byteLength }) => name === 'model/model.safetensors' && byteLength > 20e6));
  });

  it('warns about a run made to collapse, on the page and in the API', async () => {
    const id = await submit({ 'dataset': 'aptos', 'model.base': 'deit-tiny', 'training.epochs': '1', 'training.effectiveBatch': '32', 'training.learningRate': '1' });
    const banner = page.getByTestId('health-banner');
    await banner.waitFor({ timeout: 180_000 });
    assert.equal(await banner.getAttribute('data-level'), 'critical');
    await banner.screenshot({ path: join(screenshots, 'collapse.png') });
    const { health } = await detail(id);
    assert.ok(health.findings.some(({ level }) => level === 'critical'), JSON.stringify(health));
    await untilState('succeeded');
  });

  it('throws an experiment into the bin, undoes it, and takes it back from there', async () => {
    const deletedAt = async (): Promise<string | null> => (await detail(good)).deletedAt;
    await page.goto(`${stack.url}/experiments/${good}`);
    await page.getByTestId('delete-experiment').click();
    await page.getByTestId('in-bin').waitFor();
    assert.notEqual(await deletedAt(), null);
    await page.getByTestId('toast-action').click();
    await page.getByTestId('in-bin').waitFor({ state: 'detached' });
    assert.equal(await deletedAt(), null);

    await page.getByTestId('delete-experiment').click();
    await page.getByTestId('in-bin').waitFor();
    await page.goto(stack.url);
    await page.locator('[data-testid^="experiment-row-"]').first().waitFor();
    assert.equal(await page.locator(`a[href="/experiments/${good}"]`).count(), 0);
    await page.getByTestId('bin').click();
    const row = page.locator('[data-testid^="bin-row-"]');
    await row.getByRole('button', { name: 'Restore' }).click();
    await row.waitFor({ state: 'detached' });
    assert.equal(await deletedAt(), null);
  });

  it('stops everything within 10 s and goes on where it was after the next start', async () => {
    const running = await submit({ 'dataset': 'aptos', 'model.base': 'deit-tiny', 'training.epochs': '1', 'training.effectiveBatch': '32', 'training.learningRate': '0.001' });
    await page.waitForFunction(() => Number(document.querySelector('[data-testid="loss-chart"]')?.getAttribute('data-points')) >= 1, undefined, { timeout: 120_000 });
    const { code, elapsedMs } = await stack.interrupt();
    assert.equal(code, 0);
    assert.ok(elapsedMs < 10_000, `stopping took ${elapsedMs} ms`);
    assert.deepEqual(findProcessesOf(home), []);

    stack = await startStack({ home, port });
    const earlier = await detail(good);
    assert.equal(earlier.state, 'succeeded');
    assert.ok(earlier.artifacts.length > 0);
    await page.goto(`${stack.url}/experiments/${running}`);
    await untilState('succeeded');
    const { attempts } = await detail(running);
    assert.deepEqual(attempts.map(({ number, state }) => `${number} ${state}`).sort(), ['1 lost', '2 succeeded']);
  });
});
