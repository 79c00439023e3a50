import assert from 'node:assert/strict';
import { Client } from 'pg';
import { fakeSha256, usePlatform } from '../../fixtures/platform.js';
import { until } from '../../until.js';

describe('base models that are deleted while others are made', function () {
  this.timeout(30_000);
  const test = usePlatform();
  const hub = () => ({ kind: 'hub', id: 'google/vit', revision: 'main' }) as const;
  const facts = { modelType: 'dinov2', parameterCount: 86_000_000, byteLength: 350_000_000, imageSize: 224, patchSize: 14, hiddenSize: 768, numHiddenLayers: 12, numAttentionHeads: 12 };
  const finished = (n: number) => ({ ...facts, source: `hub:google/vit@${'0'.repeat(39)}${n}`, files: [{ name: 'model.safetensors', sha256: fakeSha256(n), byteLength: 350_000_000 }] });
  const failure = { code: 'UNAVAILABLE', message: 'the hub is away.' } as const;

  it('leave their name to whoever takes it at the same moment', async () => {
    const { models, modelImports } = test.platform;
    const takers = [
      () => modelImports.start({ name: 'fleeting', source: hub() }).then(({ isStarted }) => isStarted),
      () => models.create({ name: 'fleeting', request: null, ...finished(4) }).then(({ state }) => state === 'ready'),
    ];
    for (const take of takers) {
      const { model } = await modelImports.start({ name: 'fleeting', source: hub() });
      await modelImports.fail(model.id, failure);
      const client = new Client({ connectionString: test.url });
      await client.connect();
      try {
        await client.query('BEGIN');
        await client.query('SELECT 1 FROM base_model WHERE id = $1 FOR UPDATE', [model.id]);
        const taken = take();
        await until(async () => (await test.sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)).length > 0);
        await client.query('DELETE FROM base_model WHERE id = $1', [model.id]);
        await client.query('COMMIT');
        assert.equal(await taken, true);
      } finally {
        await client.end();
      }
      assert.notEqual((await models.describe('fleeting')).id, model.id);
      await models.delete('fleeting');
    }
  });
});
