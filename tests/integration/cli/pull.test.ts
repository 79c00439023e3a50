import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentDetail } from '@eyegazer/core';
import { until } from '../../until.js';
import { useApi } from '../api/api-world.js';
import { useCli } from './cli-world.js';
import { useGateways } from './gateway.js';
import { startRun, type FixtureRun } from './run-fixture.js';

const weights = Array.from({ length: 200_000 }, (_, i) => String.fromCharCode(97 + (i * i) % 26)).join('');
const files: Record<string, string> = { 'adapter/adapter_config.json': '{"r": 16}', 'adapter/adapter_model.safetensors': weights, 'predictions.csv': 'id,label\n', 'empty.txt': '' };

describe('command line: pull', function () {
  this.timeout(60_000);
  const api = useApi();
  const cli = useCli(() => api.url);
  const startGateway = useGateways();
  let run: FixtureRun;
  let folders = 0;
  const newFolder = (): string => join(cli.folder, `pulled-${++folders}`);
  const filesIn = async (folder: string): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  };
  async function assertWhole(folder: string): Promise<void> {
    assert.deepEqual(await filesIn(folder), [...Object.keys(files), 'SHA256SUMS'].sort());
    for (const [name, text] of Object.entries(files)) assert.equal(await readFile(join(folder, name), 'utf8'), text);
  }
  const isWeights = (path: string | undefined): boolean => path?.endsWith('safetensors') ?? false;

  let store: Server | null = null;
  /** A server of its own, as an S3 store is. @returns its URL */
  async function startStore(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    store = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  afterEach(() => {
    store?.closeAllConnections();
    store?.close();
    store = null;
  });
  before(async () => {
    run = await startRun(api, 'my run / "best"');
    await run.bundle(files);
    await api.platform.attempts.end(run.attemptId, { kind: 'succeeded' });
  });

  it('fetches and verifies every file, into a folder named after the experiment', async () => {
    const { code, stdout, stderr } = await cli.run(['pull', run.id]);
    const folder = join(cli.folder, 'eyegazer-my-run-best');
    assert.deepEqual([code, stdout], [0, `5 files (200 kB), all verified, in ${folder}\n`], stderr);
    await assertWhole(folder);
    assert.match(stderr, /^adapter\/adapter_model\.safetensors {2}200 kB$/m);
  });

  it('fetches nothing twice', async () => {
    const folder = newFolder();
    await cli.run(['pull', run.id, folder]);
    const before = (await stat(join(folder, 'predictions.csv'))).mtimeMs;
    const answer = await cli.json<{ folder: string; files: { name: string; state: string }[] }>(['pull', run.id, folder]);
    assert.deepEqual(new Set(answer.files.map(({ state }) => state)), new Set(['kept']));
    assert.equal((await stat(join(folder, 'predictions.csv'))).mtimeMs, before);
  });

  it('overwrites no other file', async () => {
    const folder = newFolder();
    await mkdir(folder);
    await writeFile(join(folder, 'predictions.csv'), 'mine');
    const { code, stderr } = await cli.run(['pull', run.id, folder]);
    assert.equal(code, 1);
    assert.match(stderr, /predictions\.csv is there already and is another file/);
    assert.equal(await readFile(join(folder, 'predictions.csv'), 'utf8'), 'mine');
  });

  it('goes on by itself where a connection was cut', async () => {
    const ranges: (string | undefined)[] = [];
    const folder = newFolder();
    const gateway = await startGateway(api.url, ({ request, response, forward }) => {
      if (!isWeights(request.url)) return forward();
      ranges.push(request.headers.range);
      if (ranges.length > 1) return forward();
      forward((chunk, sent) => (sent > 0 ? Buffer.alloc(0) : chunk.subarray(0, 50_000)));
      void untilPart(folder).then(() => response.destroy());
    });
    const { code, stderr } = await cli.run(['pull', run.id, folder, '--url', gateway.url]);
    assert.equal(code, 0, stderr);
    await assertWhole(folder);
    assert.equal(ranges[0], undefined);
    assert.match(ranges[1] ?? '', /^bytes=[1-9]\d+-$/);
  });

  it('goes on where it was interrupted, when it is called again', async () => {
    const ranges: (string | undefined)[] = [];
    let isStalled = true;
    const gateway = await startGateway(api.url, ({ request, forward }) => {
      if (!isWeights(request.url)) return forward();
      ranges.push(request.headers.range);
      // A part of it, and then silence.
      forward((chunk, sent) => (!isStalled ? chunk : sent > 0 ? Buffer.alloc(0) : chunk.subarray(0, 50_000)));
    });
    const folder = newFolder();
    const pulling = cli.start(['pull', run.id, folder, '--url', gateway.url]);
    const part = await untilPart(folder);
    pulling.child.kill('SIGINT');
    const interrupted = await pulling.ended;
    assert.equal(interrupted.code, 130);
    assert.match(interrupted.stderr, /Interrupted\. The same command goes on where this one ended\.\n$/);
    const size = (await stat(part)).size;
    assert.ok(size > 0 && size < weights.length);
    isStalled = false;
    const { code, stderr } = await cli.run(['pull', run.id, folder, '--url', gateway.url]);
    assert.equal(code, 0, stderr);
    assert.equal(ranges.at(-1), `bytes=${size}-`);
    await assertWhole(folder);
  });

  /** The part file of the weights, once it has bytes. */
  async function untilPart(folder: string): Promise<string> {
    return until(async () => {
      const name = (await filesIn(folder)).find((file) => file.includes('safetensors') && file.endsWith('.part'));
      return name !== undefined && (await stat(join(folder, name))).size > 0 && join(folder, name);
    }, 30_000);
  }

  it('begins anew when the part that is here is not what it should be', async () => {
    const folder = newFolder();
    const { artifacts } = await cli.json<ExperimentDetail>(['show', run.id]);
    const sha256 = artifacts.find(({ name }) => isWeights(name))?.sha256 ?? '';
    await mkdir(join(folder, 'adapter'), { recursive: true });
    await writeFile(join(folder, 'adapter', `adapter_model.safetensors.${sha256.slice(0, 16)}.part`), 'rubbish');
    const { code, stderr } = await cli.run(['pull', run.id, folder]);
    assert.equal(code, 0, stderr);
    await assertWhole(folder);
  });

  it('refuses bytes that were changed on the way, and leaves none of them', async () => {
    const gateway = await startGateway(api.url, ({ request, forward }) => {
      if (!isWeights(request.url)) return forward();
      forward((chunk) => Buffer.from(chunk).fill(0, 10, 20));
    });
    const folder = newFolder();
    const { code, stdout, stderr } = await cli.run(['pull', run.id, folder, '--url', gateway.url]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /adapter_model\.safetensors came with a wrong checksum and was thrown away/);
    assert.ok((await filesIn(folder)).every((name) => !name.includes('safetensors')));
  });

  it('refuses a list of files that SHA256SUMS does not vouch for, before any of them is fetched', async () => {
    const other = await startRun(api, 'forged');
    await other.bundle({ ...files, SHA256SUMS: `${'0'.repeat(64)}  predictions.csv\n` });
    await api.platform.attempts.end(other.attemptId, { kind: 'succeeded' });
    const folder = newFolder();
    const { code, stderr } = await cli.run(['pull', other.id, folder]);
    assert.equal(code, 1);
    assert.match(stderr, /SHA256SUMS and the server's list disagree/);
    assert.deepEqual(await filesIn(folder), []);
  });

  it('writes nothing outside the folder, whatever the server names', async () => {
    const other = await startRun(api, 'traversing');
    await other.bundle({ '../../escaped.txt': 'x' });
    await api.platform.attempts.end(other.attemptId, { kind: 'succeeded' });
    const folder = join(newFolder(), 'deep', 'er');
    const { code, stderr } = await cli.run(['pull', other.id, folder]);
    assert.equal(code, 1);
    assert.match(stderr, /"\.\.\/\.\.\/escaped\.txt", which is no safe name/);
    assert.deepEqual(await filesIn(join(folder, '..', '..')), []);
  });

  it('says that a run has no bundle yet, or never will', async () => {
    const live = await startRun(api, 'not yet');
    assert.match((await cli.run(['pull', live.id])).stderr, /not yet is running: its bundle is there once it has ended/);
    await api.platform.attempts.end(live.attemptId, { kind: 'failed', error: { code: 'TRAINER_DIED', message: 'x' } });
    const { code, stderr } = await cli.run(['pull', live.id]);
    assert.equal(code, 3);
    assert.match(stderr, /not yet has failed and left no bundle/);
  });

  it('follows a redirect to where the store has the bytes, with the range and without the token', async () => {
    const folder = newFolder();
    const seen: { authorization: string | undefined; range: string | undefined }[] = [];
    const store = await startStore((request, response) => {
      seen.push({ authorization: request.headers.authorization, range: request.headers.range });
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start > 0 ? 206 : 200, { 'content-length': weights.length - start });
      response.write(weights.slice(start, seen.length === 1 ? 50_000 : undefined));
      if (seen.length === 1) void untilPart(folder).then(() => response.destroy());
      else response.end();
    });
    const location = `${store}/signed?signature=x`;
    const tokens: (string | undefined)[] = [];
    const gateway = await startGateway(api.url, ({ request, response, forward }) => {
      tokens.push(request.headers.authorization);
      if (isWeights(request.url)) response.writeHead(302, { location }).end();
      else forward();
    });
    const { secret } = await api.platform.tokens.create({ name: 'puller', role: 'admin', expiresAt: null });
    const { code, stderr } = await cli.run(['pull', run.id, folder, '--url', gateway.url], { env: { EYEGAZER_TOKEN: secret } });
    assert.equal(code, 0, stderr);
    await assertWhole(folder);
    assert.deepEqual(new Set(tokens), new Set([`Bearer ${secret}`]));
    assert.ok(seen.length >= 2);
    assert.ok(seen.every(({ authorization }) => authorization === undefined));
    assert.match(seen[1]?.range ?? '', /^bytes=[1-9]\d+-$/);
  });
});
