import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetWire, ModelWire } from '@eyegazer/core';
import { readModelFiles } from '../../fixtures/model-files.js';
import { startHubServer, type HubServer } from '../../fixtures/hub-server.js';
import { useApi, writeAptosFolder } from '../api/api-world.js';
import { useCli } from './cli-world.js';
import { useGateways } from './gateway.js';
import { writeNanoViT } from '../../fixtures/nano-vit.js';

describe('command line: datasets and models', function () {
  this.timeout(60_000);
  const api = useApi();
  const cli = useCli(() => api.url);
  const startGateway = useGateways();

  it('imports a folder, with a report of what came of it', async () => {
    await writeAptosFolder(join(cli.folder, 'eyes'), 30);
    await writeFile(join(cli.folder, 'eyes', 'train_images', 'image003.png'), 'no image');
    // A relative path counts from here: the server is on this machine.
    const { code, stdout } = await cli.run(['datasets', 'import', 'eyes', 'eyes', '--holdout', '.2', '--seed', '7']);
    assert.equal(code, 0);
    assert.match(stdout, /^eyes@1 is ready: 29 images \(.*\) in aptos layout\n\nCLASS +TRAIN +HELD OUT +TOTAL\n0 +7 +2 +9\n1 +8 +2 +10\n2 +8 +2 +10\n\n1 problem; what is named here was left out:\n {2}train_images\/image003\.png: Expected a PNG/);
    const [dataset] = await cli.json<DatasetWire[]>(['datasets', 'ls']);
    assert.deepEqual(dataset?.latest?.split, { kind: 'stratified', holdout: 0.2, seed: 7 });
    assert.match((await cli.run(['datasets', 'ls'])).stdout, /^NAME +STATE +CLASSES +TRAIN +HELD OUT +PROBLEMS +AGE\neyes@1 +ready +3 +23 +6 +1 /);
  });

  it('holds out the images of a list', async () => {
    await writeFile(join(cli.folder, 'holdout.csv'), 'id\nimage000\nimage001\nimage002\n');
    const dataset = await cli.json<DatasetWire>(['datasets', 'import', 'listed', 'eyes', '--holdout-list', 'holdout.csv']);
    assert.deepEqual(dataset.report?.counts.eval, [1, 1, 1]);
  });

  it('says why an import has failed, with an exit code that says so', async () => {
    const missing = await cli.run(['datasets', 'import', 'missing', '/nowhere/at/all']);
    assert.deepEqual([missing.code, missing.stdout], [2, '']);
    assert.match(missing.stderr, /\/nowhere\/at\/all/);
    await mkdir(join(cli.folder, 'nothing'));
    const empty = await cli.run(['datasets', 'import', 'empty', 'nothing']);
    assert.equal(empty.code, 2);
    assert.match(empty.stderr, /^Error: /m);
    assert.equal((await cli.run(['datasets', 'import', 'BAD NAME', 'eyes'])).code, 2);
  });

  it('leaves an import running on Ctrl-C, and says so', async () => {
    // The gateway keeps saying that the import is still under way.
    const gateway = await startGateway(api.url, ({ request, response, forward }) => {
      if (request.method !== 'GET' || !/datasets\/[a-z0-9]{16}$/.test(request.url ?? '')) return forward();
      const dataset = { id: 'x', name: 'slow', state: 'importing', request: null, progress: { phase: 'reading', done: 12, total: 30 }, report: null, audit: null, error: null, latest: null, createdAt: '2026-01-01T00:00:00Z' };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(dataset));
    });
    const importing = cli.start(['datasets', 'import', 'slow', 'eyes', '--url', gateway.url]);
    await importing.untilSaid(/^reading {2}12 of 30$/m);
    importing.child.kill('SIGINT');
    const { code, stderr } = await importing.ended;
    assert.equal(code, 130);
    assert.match(stderr, /The import goes on by itself\. `eyegazer datasets ls` shows how far it is\.\n$/);
  });

  it('adds and lists base models', async () => {
    await writeNanoViT(join(cli.folder, 'nano'), { seed: 1 });
    assert.match((await cli.run(['models', 'add', 'nano', '--name', 'acme/nano'])).stdout, /^acme\/nano: 222 k parameters, 895 kB, images of 96 pixels\n$/);
    assert.deepEqual((await cli.json<ModelWire[]>(['models', 'ls'])).map(({ name }) => name), ['acme/nano']);
    assert.match((await cli.run(['models', 'ls'])).stdout, /^NAME +STATE +PARAMETERS +SIZE +IMAGE \/ PATCH +AGE +FROM\nacme\/nano +ready +222 k +895 kB +96 px \/ 8 /);
    assert.equal((await cli.json<ModelWire>(['models', 'add', 'nano'])).name, 'nano');
    assert.equal((await cli.run(['models', 'add', '/nowhere'])).code, 2);
  });
});

describe('command line: base models from the hub', function () {
  this.timeout(180_000);
  let hub: HubServer;
  before(async () => {
    hub = await startHubServer();
  });
  after(() => hub.close());
  const api = useApi({ modelSources: () => ({ hub: { endpoint: hub.endpoint, token: null } }) });
  const cli = useCli(() => api.url);

  it('watches a download to its end, and says what came of it', async () => {
    await writeNanoViT(join(cli.folder, 'nano'), { seed: 1 });
    const commit = await hub.pushFolder('acme/nano', join(cli.folder, 'nano'));
    hub.tag('acme/nano', 'v1');
    const { code, stdout, stderr } = await cli.run(['models', 'add', 'acme/nano', '--wait']);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'acme/nano: 222 k parameters, 895 kB, images of 96 pixels\n');
    // Twice the same is nothing to do.
    assert.equal((await cli.json<ModelWire>(['models', 'add', 'acme/nano', '--wait'])).source, `hub:acme/nano@${commit}`);
    assert.equal((await cli.json<ModelWire>(['models', 'add', 'acme/nano', '--revision', 'v1', '--name', 'pinned', '--wait'])).state, 'ready');
  });

  it('shows how far it is, goes on by itself, and stops when it is removed', async () => {
    hub.push('acme/slow', { ...(await readModelFiles(join(cli.folder, 'nano'))), 'model.safetensors': randomBytes(895_000) });
    hub.decide = ({ host }) => (host === 'storage' ? { stallAfterBytes: 400_000 } : 'pass');
    assert.match((await cli.run(['models', 'add', 'acme/slow'])).stdout, /^acme\/slow is being imported\. `eyegazer models ls` shows how far it is\.\n$/);
    const waiting = cli.start(['models', 'add', 'acme/slow', '--wait']);
    await waiting.untilSaid(/^downloading {2}\d\d\d kB of 896 kB$/m);
    waiting.child.kill('SIGINT');
    const { code, stderr } = await waiting.ended;
    assert.equal(code, 130);
    assert.match(stderr, /The import goes on by itself\. `eyegazer models ls` shows how far it is\.\n$/);
    assert.match((await cli.run(['models', 'ls'])).stdout, /^acme\/slow +importing \d\d % +- +- +- .*hub:acme\/slow@main$/m);
    assert.equal((await cli.run(['models', 'rm', 'acme/slow'])).code, 2, 'nobody can be asked here');
    assert.match((await cli.run(['models', 'rm', 'acme/slow', '--yes'])).stdout, /^acme\/slow is removed\./);
    assert.equal((await cli.run(['models', 'rm', 'acme/slow', '--yes'])).code, 3, 'it is there no more');
    hub.decide = () => 'pass';
  });

  it('says what an import failed of, then and later', async () => {
    const { code, stderr } = await cli.run(['models', 'add', 'acme/absent', '--wait']);
    assert.notEqual(code, 0);
    assert.match(stderr, /There is no repository acme\/absent at http/);
    assert.match((await cli.run(['models', 'ls'])).stdout, /FROM +ERROR\n[\s\S]*acme\/absent +failed .*There is no repository/);
  });

  it('takes a folder that is there for a folder, and refuses what is neither', async () => {
    await writeNanoViT(join(cli.folder, 'acme', 'local'), { seed: 2 });
    assert.equal((await cli.json<ModelWire>(['models', 'add', 'acme/local'])).source, join(cli.folder, 'acme', 'local'));
    for (const args of [['acme/local', '--revision', 'v1'], ['hub:local'], ['s3://B'], ['acme/nano@..']]) assert.equal((await cli.run(['models', 'add', ...args])).code, 2, args.join(' '));
  });
});
