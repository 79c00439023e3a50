import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadDatasetVersion } from '@eyegazer/data';
import { importDataset, useApi, writeAptosFolder } from './api-world.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

describe('API: imports of the same at once', function () {
  this.timeout(60_000);
  const api = useApi();

  it('makes datasets of one content, every image of which can be read', async () => {
    const uri = join(api.folder, 'eyes');
    await writeAptosFolder(uri, 60);
    const datasets = await Promise.all(['one', 'two', 'three'].map((name) => importDataset(api, { name, source: { kind: 'path', uri } })));
    assert.deepEqual(datasets.map(({ state, error }) => [state, error]), Array.from({ length: 3 }, () => ['ready', null]));
    const [contentId, ...others] = datasets.map(({ latest }) => latest?.contentId ?? '');
    assert.deepEqual(others, [contentId, contentId]);
    const version = await loadDatasetVersion({ contentId: contentId ?? '', store: api.store });
    assert.equal(version.train.length + version.eval.length, 60);
    for (const sample of [...version.train, ...version.eval]) assert.ok((await version.readImage(sample)).byteLength > 0);
  });

  it('makes one base model, all of whose files are there', async () => {
    const uri = join(api.folder, 'nano');
    await writeNanoViT(uri, { seed: 1 });
    const replies = await Promise.all(Array.from({ length: 4 }, () => api.post<{ id: string }>('/api/models', { source: { kind: 'path', uri } })));
    assert.deepEqual(replies.map(({ status }) => status), [201, 201, 201, 201]);
    assert.equal(new Set(replies.map(({ body }) => body.id)).size, 1);
    const { files } = await api.platform.models.get('nano');
    for (const { sha256, byteLength } of files) assert.equal((await api.store.stat(sha256))?.byteLength, byteLength);
  });

  it('takes nothing from the one that is there when another one is refused', async () => {
    const uri = join(api.folder, 'other');
    await writeNanoViT(uri, { seed: 2 });
    const other = await api.post<{ id: string }>('/api/models', { name: 'other', source: { kind: 'path', uri } });
    assert.equal(other.status, 201);
    // The name has other files; those that came are another model's too.
    assert.equal((await api.post('/api/models', { name: 'nano', source: { kind: 'path', uri } })).status, 409);
    for (const name of ['nano', 'other']) {
      for (const { sha256 } of (await api.platform.models.get(name)).files) assert.ok(await api.store.stat(sha256));
    }
  });
});
