/** A server that other machines can reach, as people meet it in a browser: sign in, hand out tokens, take them back. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { accessTokenPattern, type CreatedToken, type Page as ListPage, type TokenWire } from '@eyegazer/core';
import type { Page } from 'playwright-core';
import { findFreePort } from '../fixtures/free-port.js';
import { launchBrowser, needsChromium, type TestBrowser } from './browser.js';
import { startStack, type Stack } from './stack.js';

const screenshots = resolve(import.meta.dirname, '../..', process.env['UPDATE_SCREENSHOTS'] ? 'docs/images' : 'test-results');

describe('signing in, in a browser', function () {
  this.timeout(120_000);
  let home: string;
  let stack: Stack;
  let browser: TestBrowser;
  let page: Page;
  let admin: string;

  before(async function () {
    needsChromium(this);
    home = await mkdtemp(join(tmpdir(), 'eyegazer-e2e-'));
    stack = await startStack({ home, port: await findFreePort(), environment: { HOST: '0.0.0.0' } });
    browser = await launchBrowser();
    page = await browser.newPage();
    mkdirSync(screenshots, { recursive: true });
  });

  after(async () => {
    await browser?.close();
    await stack?.interrupt();
    if (home) await rm(home, { recursive: true, force: true });
  });

  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(stack.url + path, {
      method,
      headers: { authorization: `Bearer ${admin}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  const signIn = async (on: Page, token: string): Promise<void> => {
    await on.getByTestId('login-token').fill(token);
    await on.getByTestId('login-submit').click();
  };
  const untilLive = (on: Page): Promise<void> => on.locator('[data-testid="connection-state"][data-state="connected"]').waitFor();

  it('prints the first admin token once, in the terminal', () => {
    const tokens = stack.output().match(/eyg_[A-Za-z0-9_-]+/g) ?? [];
    assert.equal(new Set(tokens).size, 1, stack.output());
    admin = tokens[0] ?? '';
    assert.match(admin, accessTokenPattern);
  });

  it('asks for a token, refuses a wrong one and opens to the right one, for good', async () => {
    await page.goto(stack.url);
    await page.getByTestId('login-token').waitFor();
    await signIn(page, `eyg_${'A'.repeat(43)}`);
    await page.getByRole('alert').filter({ hasText: 'not known here' }).waitFor();
    await signIn(page, admin);
    await page.getByTestId('empty-state').waitFor();
    await untilLive(page);
    await page.reload();
    await page.getByTestId('empty-state').waitFor();
    assert.equal(await page.evaluate(() => document.cookie), '', 'no script can read the session');
    assert.equal(await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])).then((kept) => kept.includes('eyg_')), false);
  });

  it('has its worker connected, with a token of its own', async () => {
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.locator('[data-testid^="worker-"][data-state="alive"]').waitFor();
  });

  let viewer: string;

  it('hands out a token under a name and shows its secret once', async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByTestId('create-token').click();
    await page.getByTestId('token-name').fill('Grace, reading');
    await page.getByTestId('token-role-viewer').check();
    await page.getByTestId('token-submit').click();
    viewer = (await page.getByTestId('token-secret').textContent()) ?? '';
    assert.match(viewer, accessTokenPattern);
    await page.getByTestId('secret-kept').click();
    await page.getByTestId('token-Grace, reading').waitFor();
    assert.equal(await page.getByText(viewer).count(), 0);
    await page.reload();
    await page.getByTestId('audit-card').getByText('Create token').waitFor();
    await page.screenshot({ path: join(screenshots, 'settings.png'), fullPage: true });
  });

  it('fits the settings on a phone, and gives the focus back when a dialog closes', async () => {
    const { width, height } = page.viewportSize() ?? assert.fail('no viewport');
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const revoke = await page.getByRole('button', { name: 'Revoke Grace, reading' }).boundingBox();
    assert.ok(revoke && revoke.x + revoke.width <= 390, 'every token can be revoked without scrolling sideways');
    await page.getByTestId('create-token').press('Enter');
    await page.getByTestId('token-name').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('token-name').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'create-token');
    await page.setViewportSize({ width, height });
  });

  it('offers a viewer what viewers may do, and shows them out the moment that their token is revoked', async () => {
    const context = await browser.newContext();
    const theirs = await context.newPage();
    await theirs.goto(`${stack.url}/settings`);
    await signIn(theirs, viewer);
    await theirs.getByText('Signed in as Grace, reading').waitFor();
    assert.equal(await theirs.getByTestId('tokens-card').count(), 0);
    await theirs.getByRole('link', { name: 'Datasets' }).click();
    await theirs.getByText('No dataset yet').waitFor();
    assert.equal(await theirs.getByTestId('import-dataset').count(), 0);
    await untilLive(theirs);

    const { items } = await call<ListPage<TokenWire>>('GET', '/api/tokens');
    await call('DELETE', `/api/tokens/${items.find(({ name }) => name === 'Grace, reading')?.id}`);
    await theirs.getByTestId('login-token').waitFor();
    await signIn(theirs, viewer);
    await theirs.getByRole('alert').filter({ hasText: 'revoked' }).waitFor();
    await context.close();
  });

  it('signs out: the way back asks for the token again', async () => {
    await page.getByTestId('sign-out').click();
    await page.getByTestId('login-token').waitFor();
    await page.goto(`${stack.url}/workers`);
    await page.getByTestId('login-token').waitFor();
    await signIn(page, admin);
    await page.locator('[data-testid^="worker-"]').first().waitFor();
  });
});

describe('closing the open door, in a browser', function () {
  this.timeout(120_000);
  let home: string;
  let stack: Stack;
  let browser: TestBrowser;

  before(async function () {
    needsChromium(this);
    home = await mkdtemp(join(tmpdir(), 'eyegazer-e2e-'));
    stack = await startStack({ home, port: await findFreePort() });
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await stack?.interrupt();
    if (home) await rm(home, { recursive: true, force: true });
  });

  it('shows the first admin token, then asks for it; its worker goes on', async () => {
    const page = await browser.newPage();
    await page.goto(`${stack.url}/settings`);
    await page.getByText('Open to this machine').waitFor();
    await page.getByTestId('create-token').click();
    await page.getByTestId('token-name').fill('Ada');
    await page.getByTestId('token-submit').click();
    const secret = (await page.getByTestId('token-secret').textContent()) ?? '';
    await page.getByTestId('secret-kept').click();
    await page.getByTestId('login-token').fill(secret);
    await page.getByTestId('login-submit').click();
    await page.getByText('Signed in as Ada').waitFor();
    const made = await fetch(`${stack.url}/api/tokens`, { method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'ci', role: 'member' }) });
    assert.equal(((await made.json()) as CreatedToken).closesDoor, false);
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.locator('[data-testid^="worker-"][data-state="alive"]').waitFor();
  });
});
