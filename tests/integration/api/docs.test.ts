import assert from 'node:assert/strict';
import { operations } from '@eyegazer/core';
import { launchBrowser, needsChromium, type TestBrowser } from '../../e2e/browser.js';
import { assertError, useApi } from './api-world.js';

describe('API: the page at /api/docs', function () {
  this.timeout(60_000);
  const api = useApi();
  let browser: TestBrowser | undefined;

  before(async function () {
    needsChromium(this);
    browser = await launchBrowser();
  });
  after(() => browser?.close());

  async function open(width: number, colorScheme: 'light' | 'dark') {
    assert.ok(browser);
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(request.url()));
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).origin));
    await page.goto(`${api.url}/api/docs`);
    await page.locator('.opblock').first().waitFor();
    return { page, complaints, asked };
  }

  it('shows every operation, with nothing inline and nothing from elsewhere', async () => {
    const { page, complaints, asked } = await open(1200, 'light');
    assert.equal(await page.locator('.opblock').count(), Object.keys(operations).length);
    await page.locator('#operations-experiments-submitExperiment .opblock-summary-control').click();
    await page.getByText('Two classes: healthy or not').first().waitFor({ state: 'attached' });
    assert.deepEqual(complaints, []);
    assert.deepEqual([...new Set(asked)].filter((origin) => origin !== api.url && origin !== 'null'), []);
    await page.close();
  });

  it('fits a phone, in the dark', async () => {
    const { page } = await open(390, 'dark');
    await page.locator('#operations-experiments-submitExperiment .opblock-summary-control').click();
    await page.locator('#operations-experiments-submitExperiment .responses-table').waitFor();
    const { wide, background } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth - innerWidth, background: getComputedStyle(document.documentElement).backgroundColor }));
    assert.ok(wide <= 0, `${wide} pixels are out of sight`);
    assert.equal(background, 'rgb(28, 32, 34)');
    await page.close();
  });

  it('gives out its own files only', async () => {
    for (const file of ['package.json', 'constructor', '__proto__', '..%2f..%2fpackage.json', 'index.html', 'oauth2-redirect.html']) assertError(await api.get(`/api/docs/${file}`), { status: 404, code: 'NOT_FOUND' });
  });
});
