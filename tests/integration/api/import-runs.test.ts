import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImportRuns, modelImport, type ImportJob, type ImportRecord, type ImportRuns } from '@eyegazer/api';
import { AppError, type ErrorRecord, type ModelProgress } from '@eyegazer/core';
import type { FinishedModelImport } from '@eyegazer/platform';
import { startHubServer, type HubServer } from '../../fixtures/hub-server.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { until } from '../../until.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

const id = '0123456789abcdef';

describe('imports of one process', function () {
  this.timeout(120_000);
  let folder = '';
  let hub: HubServer;
  let runs: ImportRuns;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-runs-'));
    hub = await startHubServer();
    runs = createImportRuns({ log: silentLog });
    await writeNanoViT(join(folder, 'nano'), { seed: 1 });
    await hub.pushFolder('acme/nano', join(folder, 'nano'));
  });
  afterEach(async () => {
    await runs.close();
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  });

  const job = (source: { kind: 'hub'; id: string; revision: string } | { kind: 'path'; uri: string }): ImportJob => ({
    kind: 'model',
    store: { settings: { kind: 'folder' }, folder: join(folder, 'store'), cacheFolder: join(folder, 'cache'), cacheLimitBytes: 1e9 },
    source,
    folder: join(folder, 'imports', id),
    hub: { endpoint: hub.endpoint, token: null },
    buckets: { endpoint: null, region: 'us-east-1', credentials: null },
  });
  const fetching = (): ImportJob => job({ kind: 'hub', id: 'acme/nano', revision: 'main' });
  const failing = (): ImportJob => job({ kind: 'path', uri: '/nowhere' });
  const stall = (): void => void (hub.decide = ({ host }) => (host === 'storage' ? { stallAfterBytes: 400_000 } : 'pass'));

  /** A record that keeps what it is told. */
  function keep(changes: Partial<ImportRecord<ModelProgress, FinishedModelImport>> = {}) {
    const told = { progress: [] as ModelProgress[], finished: [] as FinishedModelImport[], failed: [] as ErrorRecord[] };
    const record: ImportRecord<ModelProgress, FinishedModelImport> = {
      id,
      name: 'acme/nano',
      saveProgress: (progress) => Promise.resolve(void told.progress.push(progress)),
      finish: (result) => Promise.resolve(told.finished.push(result)),
      fail: (reason) => Promise.resolve(told.failed.push(reason)),
      whenShutDown: 'shut down',
      ...changes,
    };
    return { told, record };
  }
  const downloads = ({ progress }: { progress: ModelProgress[] }) => until(async () => progress.some(({ phase, doneBytes }) => phase === 'downloading' && doneBytes > 100_000), 60_000);

  it('know one that is started again before the failed one has gone', async () => {
    stall();
    const again = keep();
    const failed = keep({ fail: async () => runs.launch(again.record, fetching(), modelImport) });
    runs.launch(failed.record, failing(), modelImport);
    await downloads(again.told);
    assert.ok(runs.isRunning(id));
    await runs.stop(id);
    assert.deepEqual(again.told.failed.map(({ code }) => code), ['CANCELLED']);
    assert.ok(!runs.isRunning(id));
  });

  it('are never two of one model: what another process gave up ends before it is started again, and is told to nobody', async () => {
    stall();
    const first = keep();
    runs.launch(first.record, fetching(), modelImport);
    await downloads(first.told);
    hub.decide = () => 'pass';
    const second = keep();
    runs.launch(second.record, fetching(), modelImport);
    await runs.whenEnded(id);
    assert.deepEqual([second.told.finished.length, second.told.failed], [1, []]);
    assert.deepEqual([first.told.finished, first.told.failed], [[], []]);
    assert.match(hub.seen.findLast(({ host }) => host === 'storage')?.range ?? '', /^bytes=[1-9]\d+-/, 'it goes on from the bytes that are here');
  });

  it('ask their record also while they have nothing to say, and end when it was taken away', async () => {
    await runs.close();
    runs = createImportRuns({ log: silentLog, heartbeatMs: 10 });
    stall();
    let isTakenAway = false;
    const saved: ModelProgress[] = [];
    const { record } = keep({
      saveProgress(progress) {
        saved.push(progress);
        return isTakenAway ? Promise.reject(new AppError('ILLEGAL_TRANSITION', 'It is failed, not being imported.')) : Promise.resolve();
      },
    });
    runs.launch(record, fetching(), modelImport);
    const isStill = async (): Promise<boolean> => saved.length > 30 && JSON.stringify(saved.at(-1)) === JSON.stringify(saved.at(-20));
    await until(isStill, 60_000);
    isTakenAway = true;
    await runs.whenEnded(id);
    assert.ok(!runs.isRunning(id));
  });

  it('end when their record says that they have failed, as another process may find', async () => {
    stall();
    const { record } = keep({ saveProgress: () => Promise.reject(new AppError('ILLEGAL_TRANSITION', 'It is failed, not being imported.')) });
    runs.launch(record, fetching(), modelImport);
    await runs.whenEnded(id);
    assert.ok(!runs.isRunning(id));
  });
});
