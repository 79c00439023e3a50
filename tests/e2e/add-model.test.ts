import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createServer, type ApiServer } from '@eyegazer/api';
import { addressStore, openStore } from '@eyegazer/platform';
import type { Page } from 'playwright-core';
import { startHubServer, type HubServer } from '../fixtures/hub-server.js';
import { usePlatform } from '../fixtures/platform.js';
import { silentLog } from '../fixtures/silent-log.js';
import { launchBrowser, needsChromium, type TestBrowser } from './browser.js';
import { writeNanoViT } from '../fixtures/nano-vit.js';

const dashboardFolder = resolve(import.meta.dirname, '../../apps/dashboard/dist/web');

describe('the page of base models, in a browser', function () {
  this.timeout(180_000);
  let server: ApiServer;
  let hub: HubServer;
  let browser: TestBrowser | null = null;
  let page: Page;
  let home = '';
  const complaints: string[] = [];
  after(async () => {
    await browser?.close();
    await server?.close();
    await hub?.close();
    if (home !== '') await rm(home, { recursive: true, force: true });
  });
  const database = usePlatform();

  before(async function () {
    needsChromium(this);
    assert.ok(existsSync(join(dashboardFolder, 'index.html')), 'the dashboard is built: npm run build');
    home = await mkdtemp(join(tmpdir(), 'eyegazer-models-'));
    hub = await startHubServer();
    await writeNanoViT(join(home, 'nano'), { seed: 1 });
    await hub.pushFolder('acme/nano', join(home, 'nano'));
    const storeAddress = addressStore({ kind: 'folder' }, { home, cacheLimitBytes: 1e9 });
    const store = await openStore({ kind: 'folder' }, { ...storeAddress, log: silentLog });
    const modelSources = { hub: { endpoint: hub.endpoint, token: null }, buckets: { endpoint: null, region: 'us-east-1', credentials: null } };
    server = createServer({ platform: database.platform, store, storeAddress, home, kinds: { queue: 'postgresql', store: 'folder' }, log: silentLog, dataRoots: null, modelSources, uploadLimitBytes: 1e9, dashboardFolder });
    const { url } = await server.listen(0);
    browser = await launchBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(90_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(`${url}/models`);
  });

  it('says what an id looks like before it asks the hub for anything', async () => {
    await page.getByTestId('add-model').first().click();
    await page.getByTestId('model-submit').click();
    await page.getByText('Expected an id like google/vit-base-patch16-224.').waitFor();
    assert.equal(hub.seen.length, 0);
  });

  it('shows how far a download is, what it failed of, and goes on with it', async () => {
    hub.decide = ({ host }) => (host === 'storage' ? { status: 410 } : 'pass');
    await page.getByTestId('model-hub-id').fill('acme/nano');
    await page.getByTestId('model-submit').click();
    const card = page.getByTestId('model-row-acme/nano');
    await card.getByText('HTTP 410').waitFor();
    hub.decide = ({ host }) => (host === 'storage' ? { stallAfterBytes: 400_000 } : 'pass');
    await card.getByTestId('retry-model').click();
    await card.getByText(/^Downloading: \d+ kB of 895 kB$/).waitFor();
    assert.equal(await card.getByTestId('model-state').getAttribute('data-state'), 'importing');
    assert.ok(Number(await card.getByRole('progressbar').getAttribute('value')) >= 0);
  });

  it('stops it, and adds it after all', async () => {
    await page.getByLabel('Stop importing acme/nano').click();
    await page.getByTestId('confirm').click();
    await page.getByTestId('model-row-acme/nano').waitFor({ state: 'detached' });
    hub.decide = () => 'pass';
    await page.getByTestId('add-model').first().click();
    await page.getByTestId('model-hub-id').fill('acme/nano');
    await page.getByTestId('model-submit').click();
    await page.getByTestId('model-row-acme/nano').getByText('222 k').waitFor();
    assert.deepEqual(complaints, []);
  });
});
