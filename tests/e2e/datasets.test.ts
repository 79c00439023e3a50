/** What a person does to a dataset, in a real browser on the real API: uploads it, looks at what is wrong with it, and chooses what to train on. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatasetVersionWire, DatasetWire, Page as ListPage } from '@eyegazer/core';
import type { Page } from 'playwright-core';
import { usePlatform } from '../fixtures/platform.js';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy.js';
import { launchBrowser, needsChromium, type TestBrowser } from './browser.js';
import { startDatasetsServer, type DatasetsServer } from './datasets-server.js';
import { createEyeArchive, gradeCounts } from './eye-archive.js';
import { readShownCounts } from './shown-counts.js';
import { unzip } from './unzip.js';
import { createBrake } from './upload-brake.js';
import { writeNanoViT } from '../fixtures/nano-vit.js';

const root = resolve(import.meta.dirname, '../..');
const dashboardFolder = join(root, 'apps/dashboard/dist/web');
const screenshots = join(root, process.env['UPDATE_SCREENSHOTS'] ? 'docs/images' : 'test-results');

describe('the pages of datasets, in a browser', function () {
  this.timeout(180_000);
  let server: DatasetsServer;
  let network: TcpProxy;
  let browser: TestBrowser | null = null;
  let page: Page;
  let home = '';
  let url = '';
  const complaints: string[] = [];
  /** That uploads went on from. */
  const offsets: number[] = [];

  after(async () => {
    await browser?.close();
    await network?.close();
    await server?.close();
    if (home !== '') await rm(home, { recursive: true, force: true });
  });
  const database = usePlatform();

  before(async function () {
    needsChromium(this);
    assert.ok(existsSync(join(dashboardFolder, 'index.html')), 'the dashboard is built: npm run build');
    home = await mkdtemp(join(tmpdir(), 'eyegazer-datasets-'));
    await writeFile(join(home, 'eyes.zip'), await createEyeArchive());
    server = await startDatasetsServer({ home, platform: database.platform, dashboardFolder });
    url = server.url;
    // The API takes requests to its own port only: the browser is sent through the proxy without knowing.
    network = await startTcpProxy(url);
    browser = await launchBrowser({ reroute: { from: new URL(url).host, to: new URL(network.url).host } });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(90_000);
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => request.method() === 'PATCH' && offsets.push(Number(request.headers()['upload-offset'])));
    mkdirSync(screenshots, { recursive: true });
    await page.goto(`${url}/datasets`);
  });

  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${url}${path}`)).json()) as T;
  const dataset = (name = 'eyes'): Promise<DatasetWire> => get(`/api/datasets/${name}`);
  const versions = async (): Promise<DatasetVersionWire[]> => (await get<ListPage<DatasetVersionWire>>('/api/datasets/eyes/versions')).items;
  const open = async (view: string): Promise<void> => void (await page.goto(`${url}/datasets/${(await dataset()).id}${view}`));
  const untilCounted = (): Promise<void> => page.locator('[data-testid="curation-preview"][data-counting="false"]').waitFor();
  const uploadRow = (name: string) => page.getByTestId(`upload-${name}`);

  it('says what a dialog needs before anything is sent', async () => {
    await page.getByTestId('import-dataset').first().click();
    await page.getByTestId('import-submit').click();
    await page.getByText('Choose a zip file.').waitFor();
    await page.getByTestId('import-file').setInputFiles(join(home, 'eyes.zip'));
    assert.equal(await page.getByTestId('import-name').inputValue(), 'eyes');
    await page.getByText('How the files can lie').click();
    await page.getByText('Hugging Face image folder').waitFor();
  });

  it('uploads a zip file, waits while the connection is lost, goes on after a pause, and after a reload with the same file', async () => {
    const slowDown = await createBrake(page);
    const sent = async (): Promise<number> => Number(await page.getByTestId('upload-facts').getAttribute('data-sent'));
    const untilSent = (bytes: number) => page.waitForFunction((wanted) => Number(document.querySelector('[data-testid="upload-facts"]')?.getAttribute('data-sent')) > wanted, bytes);
    await slowDown(150_000);
    await page.getByTestId('import-submit').click();
    await untilSent(0);
    await uploadRow('eyes').getByText(/\/s · .* left$/).waitFor();
    await network.cut();
    await uploadRow('eyes').getByText('Waiting for the server: it goes on by itself').waitFor();
    const lostAt = await sent();
    await network.mend();
    await untilSent(lostAt);
    await page.getByTestId('upload-pause').click();
    await uploadRow('eyes').getByText('Paused').waitFor();
    await page.reload();
    await uploadRow('eyes').getByText('Interrupted').waitFor();
    await writeFile(join(home, 'other.zip'), 'another file');
    await page.getByTestId('upload-file-again').setInputFiles(join(home, 'other.zip'));
    await uploadRow('eyes').getByRole('alert').filter({ hasText: 'Expected eyes.zip as it was, got other.zip' }).waitFor();
    await slowDown(-1);
    await page.getByTestId('upload-file-again').setInputFiles(join(home, 'eyes.zip'));
    await page.getByTestId('dataset-row-eyes').locator('[data-testid="dataset-state"][data-state="ready"]').waitFor();
    await uploadRow('eyes').waitFor({ state: 'detached' });
    assert.equal(offsets[0], 0);
    assert.ok(offsets.length >= 3 && offsets.slice(1).every((offset) => offset > 0), `goes on where it stopped, each time: ${offsets.join(', ')}`);
  });

  it('cancels an upload after asking, here and on the server', async () => {
    const slowDown = await createBrake(page);
    await slowDown(50_000);
    await page.getByTestId('import-dataset').first().click();
    await writeFile(join(home, 'again.zip'), await createEyeArchive());
    await page.getByTestId('import-file').setInputFiles(join(home, 'again.zip'));
    const [created] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/api/uploads') && response.status() === 201), page.getByTestId('import-submit').click()]);
    await page.getByTestId('upload-cancel').click();
    const deleted = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await page.getByTestId('confirm').click();
    await uploadRow('again').waitFor({ state: 'detached' });
    assert.equal((await deleted).status(), 204);
    assert.equal((await fetch(new URL((await created.headerValue('location')) ?? '', url))).status, 404);
    await slowDown(-1);
  });

  it('shows what the import found: counts, copies, odd images, the probe, and what was skipped', async () => {
    const { audit, report } = await dataset();
    assert.deepEqual(audit?.labelCounts, [gradeCounts[0]! + 1, gradeCounts[1], gradeCounts[2]! + 1, gradeCounts[3]! + 1]);
    assert.deepEqual([audit.exact.groups, audit.exact.conflicting, audit.blank.ids], [2, 1, ['black']]);
    await open('/audit');
    assert.match((await page.getByTestId('audit').textContent()) ?? '', /Images59.*Same pixels2 groups.*Conflicting labels1 group/);
    await page.getByTestId('odd-images').getByAltText('Blank: black').waitFor();
    assert.ok(report && report.problemCount > 0);
    await page.getByTestId('import-report').getByText('broken', { exact: false }).first().waitFor();
    assert.ok(audit.probe);
    assert.equal(await page.getByTestId('probe-qwk').textContent(), audit.probe.qwk.toFixed(3).replace('-', '−'));
    // The charts say the same in a table.
    const cells = await page.getByRole('figure', { name: 'Images by their shorter edge in pixels' }).locator('td').allTextContents();
    assert.deepEqual(cells.map(Number), audit.shorterEdge.counts);
    await page.screenshot({ path: join(screenshots, 'dataset-audit.png'), fullPage: true });
  });

  it('shows duplicates side by side, conflicting ones first, by keyboard too', async () => {
    await open('/duplicates?kind=exact');
    const groups = page.getByTestId('duplicate-group');
    await groups.first().getByTestId('conflict').getByText('Labelled 1 and 2').waitFor();
    assert.deepEqual(await groups.first().locator('.thumb__name').allTextContents(), ['conflict', 'g1-00']);
    assert.equal(await groups.count(), 2);
    await groups.first().locator('[data-group]').focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await groups.nth(1).locator('[data-group]').evaluate((element) => element === document.activeElement), true);
    await page.keyboard.press('Enter');
    await page.getByTestId('image-dialog').getByAltText('copy, 0').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByTestId('image-dialog').getByAltText('conflict, 2').waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll<HTMLImageElement>('[data-testid="image-dialog"] img')].every(({ complete, naturalWidth }) => complete && naturalWidth > 0));
    await page.keyboard.press('Escape');
    await page.getByTestId('duplicates-conflicting').check({ force: true });
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="duplicate-group"]').length === 1);
  });

  it('counts a version while it is chosen, keeps the choices over a reload, and makes what it counted', async () => {
    await open('/new');
    await page.getByText('These choices are eyes@1').waitFor();
    await page.getByTestId('healthy-or-not').click();
    await page.getByTestId('class-name-1').fill('sick');
    await page.getByTestId('duplicates-keepOne').check({ force: true });
    await page.getByTestId('conflicts-dropGroup').check({ force: true });
    await page.getByTestId('split-holdout').fill('25');
    await page.getByTestId('create-version').waitFor();
    await untilCounted();
    // Both images of the conflict are of the second class now: they are copies, no conflict.
    assert.match((await page.getByTestId('preview-left-out').textContent()) ?? '', /^Left out: 2 copies\.$/);
    const counted = await readShownCounts(page, 'curation-preview');
    assert.equal(counted.flat().reduce((sum, count) => sum + count, 0), 57);
    await page.reload();
    await page.getByTestId('curation-start-over').waitFor();
    assert.equal(await page.getByTestId('class-name-1').inputValue(), 'sick');
    await page.getByTestId('create-version').waitFor();
    await untilCounted();
    assert.deepEqual(await readShownCounts(page, 'curation-preview'), counted);
    await page.screenshot({ path: join(screenshots, 'dataset-version.png'), fullPage: true });
    await page.getByTestId('create-version').click();
    await page.getByTestId('version-2').waitFor();
    assert.deepEqual(await readShownCounts(page, 'version-2'), counted);
    const [made] = await versions();
    assert.deepEqual([made?.version, made?.classNames, made?.leftOut, made?.counts.train.map((count, i) => [count, made.counts.eval[i]])], [2, ['healthy', 'sick'], 2, counted]);
  });

  it('merges by dragging and by ticks, leaves a label out and takes it back, makes a fold of classes without order', async () => {
    await open('/new?from=1');
    await page.locator('[data-testid="class-3"] .class-row__grip').dragTo(page.getByTestId('class-0'));
    assert.equal(await page.getByTestId('class-name-0').inputValue(), '0 + 3');
    await page.getByTestId('every-label').click();
    await page.getByTestId('tick-class-1').check();
    await page.getByTestId('tick-class-2').check();
    await page.getByTestId('merge-classes').click();
    await page.waitForURL(/\/new$/);
    await page.reload();
    assert.equal(await page.getByTestId('class-name-1').inputValue(), '1 + 2');
    await page.getByTestId('tick-class-2').check();
    await page.getByTestId('leave-out-classes').click();
    await page.getByTestId('left-out').getByRole('button').waitFor();
    await page.getByTestId('split-kfold').check({ force: true });
    await page.getByTestId('split-folds').fill('1');
    await page.getByTestId('curation-problem').getByText('Expected 2 to 20.').waitFor();
    assert.ok(await page.getByTestId('create-version').isDisabled());
    await page.getByTestId('split-folds').fill('4');
    await page.getByTestId('split-fold').selectOption('2');
    await page.getByTestId('ordinal-no').check({ force: true });
    await untilCounted();
    assert.match((await page.getByTestId('preview-left-out').textContent()) ?? '', /11 by their label/);
    await page.getByTestId('left-out').getByRole('button').click();
    assert.equal(await page.getByTestId('class-name-2').inputValue(), '3');
    await page.getByTestId('split-ids').check({ force: true });
    await page.getByTestId('split-id-list').fill('g0-01,0\ng1-01,1\nno-such-id,2');
    await page.getByTestId('curation-problem').getByText('no-such-id').waitFor();
    await page.getByTestId('split-id-list').fill('g0-01,0\ng1-01,1\ng3-01,3');
    await page.locator('[data-testid="create-version"]:not([disabled])').click();
    await page.getByTestId('version-3').waitFor();
    const [made] = await versions();
    assert.deepEqual([made?.version, made?.ordinal, made?.counts.eval, made?.split], [3, false, [1, 1, 1], { kind: 'ids', ids: ['g0-01', 'g1-01', 'g3-01'] }]);
    assert.equal((await versions()).length, 3, 'the old ones stay');
  });

  it('shows the images of an older version', async () => {
    await open('/versions');
    await page.getByTestId('version-images-2').click();
    await page.getByTestId('samples-label-1').locator('..').getByText('sick').waitFor();
    const [, older] = await versions();
    await page.getByTestId('samples').locator('li').nth(Math.min(47, (older?.counts.train.reduce((sum, count) => sum + count, 0) ?? 0) - 1)).waitFor();
    assert.match(await page.getByTestId('samples').locator('img').first().getAttribute('src') ?? '', /version=2/);
    // In large, too, it is the version's own: another import may have another image of that id.
    await page.getByTestId('samples').locator('button').first().click();
    assert.match(await page.getByTestId('image-dialog').locator('img').getAttribute('src') ?? '', /version=2/);
    await page.keyboard.press('Escape');
  });

  it('downloads a version', async () => {
    await open('/versions');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-imagefolder-2').click()]);
    const names = [...(await unzip(await download.path())).keys()];
    assert.equal(names.filter((name) => name.endsWith('.png')).length, 57);
  });

  it('trains on a version: its classes are shown, and a regression on classes without order is warned of', async () => {
    await writeNanoViT(join(home, 'nano'), { seed: 1 });
    const made = await fetch(`${url}/api/models`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'nano', source: { kind: 'path', uri: join(home, 'nano') } }) });
    assert.equal(made.status, 201);
    await page.getByTestId('train-on-2').click();
    await page.getByTestId('dataset-classes').getByText('sick').first().waitFor();
    assert.deepEqual([await page.getByTestId('field-dataset').inputValue(), await page.getByTestId('field-dataset-version').inputValue()], ['eyes', '2']);
    await page.getByTestId('field-task.kind-regression').check({ force: true });
    await page.locator('[data-testid="planned-updates"][data-checking="false"]').waitFor();
    assert.equal(await page.locator('[data-rule="D6"]').count(), 0);
    await page.getByTestId('field-dataset-version').selectOption('3');
    await page.locator('[data-rule="D6"]').waitFor();
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const view of ['', '/audit', '/duplicates', '/versions', '/new']) {
      await open(view);
      await page.locator('.tabs [aria-current="page"]').waitFor();
      await page.locator('main .card, main .class-row').first().waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, `/datasets/eyes${view}`);
    }
    await page.goto(`${url}/datasets?import=1`);
    await page.getByTestId('import-columns').locator('summary').click();
    await page.getByText('How the files can lie').click();
    assert.equal(await page.getByRole('dialog').evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth), true);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('cancels an import that is under way, says so, and tries it again', async () => {
    await page.goto(`${url}/datasets?import=1`);
    await page.getByTestId('import-kind-s3').check({ force: true });
    await page.getByTestId('import-bucket').fill('s3://far/away');
    await page.getByTestId('import-submit').click();
    await page.getByRole('link', { name: 'away' }).click();
    await page.getByTestId('cancel-import').click();
    await page.getByTestId('confirm').click();
    const failed = page.getByTestId('failed-import');
    await failed.getByText('The import was cancelled', { exact: true }).waitFor();
    await page.getByTestId('retry-import').click();
    await page.getByTestId('running-import').waitFor();
    await page.getByTestId('cancel-import').click();
    await page.getByTestId('confirm').click();
    await failed.waitFor();
    assert.equal((await dataset('away')).state, 'failed');
  });

  it('says why an import failed, and imports from elsewhere under the same name', async () => {
    await page.getByTestId('change-import').click();
    await page.getByTestId('import-kind-path').check({ force: true });
    await page.getByTestId('import-path').fill(join(home, 'other.zip'));
    assert.equal(await page.getByTestId('import-name').inputValue(), 'away');
    await page.getByTestId('import-submit').click();
    await page.getByTestId('failed-import').getByText(/zip/).first().waitFor();
    assert.deepEqual(complaints, []);
  });
});
