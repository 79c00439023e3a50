import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadFile, openHubRepo } from '@eyegazer/platform';
import { startHubServer } from '../../fixtures/hub-server.js';

describe('a hub that falls silent in the middle of a file', function () {
  this.timeout(30_000);

  it('is hung up on, and the download goes on where it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eyegazer-hub-'));
    const hub = await startHubServer();
    const weights = randomBytes(400_000);
    hub.push('a/b', { 'model.safetensors': weights });
    const { signal } = new AbortController();
    let asked = 0;
    hub.decide = ({ host }) => (host === 'storage' && asked++ === 0 ? { stallAfterBytes: 100_000 } : 'pass');
    try {
      const repo = await openHubRepo({ id: 'a/b', revision: 'main' }, { settings: { endpoint: hub.endpoint, token: null }, signal });
      const [file] = repo.files;
      assert.ok(file);
      await downloadFile({ folder: repo, file, path: join(folder, 'weights'), signal, idleMs: 2000 });
      assert.deepEqual(await readFile(join(folder, 'weights')), weights);
      assert.match(hub.seen.findLast(({ host }) => host === 'storage')?.range ?? '', /^bytes=[1-9]\d*-399999$/);
    } finally {
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
