import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { downloadFile, openHubRepo, type DownloadOptions, type RemoteFolder } from '@eyegazer/platform';
import { findFreePort } from '../../fixtures/free-port.js';
import { startHubServer, type HubFate, type HubServer } from '../../fixtures/hub-server.js';

const token = `hf_${'a'.repeat(34)}`;
const id = 'google/vit-tiny';
const weights = randomBytes(400_000);
const config = Buffer.from('{"model_type": "vit"}\n');
const noPauses = { pausesMs: [0, 0] };

describe('the hub', function () {
  this.timeout(20_000);
  let hub: HubServer;
  let folder = '';
  let commit = '';
  const { signal } = new AbortController();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-hub-'));
    hub = await startHubServer();
    commit = hub.push(id, { 'README.md': Buffer.from('# ViT'), 'config.json': config, 'model.safetensors': weights });
  });
  afterEach(async () => {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (options: { token?: string | null; revision?: string; id?: string; endpoint?: string } = {}): Promise<RemoteFolder> =>
    openHubRepo({ id: options.id ?? id, revision: options.revision ?? 'main' }, { settings: { endpoint: options.endpoint ?? hub.endpoint, token: options.token ?? null }, signal });
  const path = (): string => join(folder, 'file');
  const fetchWeights = async (options: Partial<DownloadOptions> = {}): Promise<string> => {
    const repo = options.folder ?? (await open({ token }));
    const file = repo.files.find(({ name }) => name === 'model.safetensors');
    assert.ok(file);
    return downloadFile({ folder: repo, file, path: path(), signal, ...noPauses, ...options });
  };
  /** The requests for weights, to the storage or to the hub. */
  const ranges = (host: 'hub' | 'storage' = 'storage'): (string | undefined)[] => hub.seen.filter((request) => request.host === host && (host === 'storage' || request.path.includes('/resolve/'))).map(({ range }) => range);
  const onStorage = (...fates: HubFate[]): void => {
    hub.decide = ({ host }) => (host === 'storage' ? (fates.shift() ?? 'pass') : 'pass');
  };

  it('lists a repository at the commit that its revision means, with the hash and the size of every file', async () => {
    const repo = await open();
    assert.equal(repo.source, `hub:${id}@${commit}`);
    const git = createHash('sha1').update(`blob ${config.byteLength}\0`).update(config).digest('hex');
    const sha256 = createHash('sha256').update(weights).digest('hex');
    assert.deepEqual(repo.files.filter(({ name }) => name !== 'README.md'), [
      { name: 'config.json', byteLength: config.byteLength, digest: { kind: 'gitBlob', hex: git }, tag: git },
      { name: 'model.safetensors', byteLength: weights.byteLength, digest: { kind: 'sha256', hex: sha256 }, tag: sha256 },
    ]);
    hub.tag(id, 'refs/pr/7');
    hub.push(id, { 'config.json': config });
    assert.equal((await open({ revision: 'refs/pr/7' })).source, `hub:${id}@${commit}`);
    assert.equal((await open({ revision: commit })).files.length, 3);
  });

  it('downloads small files from the hub and large ones from where it redirects to, byte for byte', async () => {
    const repo = await open();
    const small = repo.files.find(({ name }) => name === 'config.json');
    assert.ok(small);
    const told: number[] = [];
    assert.equal(await downloadFile({ folder: repo, file: small, path: join(folder, 'config'), signal }), createHash('sha256').update(config).digest('hex'));
    assert.equal(await fetchWeights({ onBytes: (bytes) => told.push(bytes) }), createHash('sha256').update(weights).digest('hex'));
    assert.deepEqual(await readFile(path()), weights);
    assert.deepEqual([told[0], told.at(-1)], [0, weights.byteLength]);
    assert.deepEqual(told, [...told].sort((a, b) => a - b));
  });

  it('believes what lies on the disk, not what came: another process may have written there too', async () => {
    const repo = await open({ token });
    let isDisturbed = false;
    const disturbed: RemoteFolder = {
      ...repo,
      async *read(file, options) {
        yield* repo.read(file, options);
        if (!isDisturbed) await appendFile(path(), 'bytes of another');
        isDisturbed = true;
      },
    };
    await fetchWeights({ folder: disturbed });
    assert.ok(isDisturbed);
    assert.deepEqual(await readFile(path()), weights);
  });

  it('sends the token to the hub with every request, and never to the storage', async () => {
    hub.token = token;
    await fetchWeights();
    assert.ok(hub.seen.some(({ host }) => host === 'storage'));
    for (const { host, authorization } of hub.seen) assert.equal(authorization, host === 'hub' ? `Bearer ${token}` : undefined);
  });

  it('sends the token to no other server that an answer of the hub names', async () => {
    const other = await startHubServer();
    const tree = `/api/models/${id}/tree/${commit}`;
    hub.decide = ({ path }) => (path === tree ? { status: 307, headers: { location: `${other.endpoint}${tree}` } } : 'pass');
    other.push(id, { 'README.md': Buffer.from('# ViT'), 'config.json': config, 'model.safetensors': weights });
    try {
      // Its list has a second page, which it names by an address of its own.
      assert.equal((await open({ token })).files.length, 3);
      assert.equal(other.seen.length, 2);
      assert.deepEqual(other.seen.map(({ authorization }) => authorization), [undefined, undefined]);
    } finally {
      await other.close();
    }
  });

  it('goes on with a Range where a download broke off, as often as it takes', async () => {
    onStorage({ cutAfterBytes: 100_000 }, 'drop', { cutAfterBytes: 50_000 });
    assert.equal(await fetchWeights(), createHash('sha256').update(weights).digest('hex'));
    const [first, ...others] = ranges();
    assert.equal(first, undefined);
    const starts = others.map((range) => Number(/^bytes=(\d+)-399999$/.exec(range ?? '')?.[1]));
    assert.equal(starts.length, 3);
    assert.ok(starts[0]! > 0 && starts[0]! <= 100_000, `went on at ${starts[0]}`);
    assert.equal(starts[1], starts[0], 'what brought nothing changed nothing');
    assert.ok(starts[2]! > starts[1]! && starts[2]! <= 150_000, `went on at ${starts[2]}`);
  });

  it('goes on after a restart from the bytes that are on disk', async () => {
    await writeFile(path(), weights.subarray(0, 300_000));
    const told: number[] = [];
    await fetchWeights({ onBytes: (bytes) => told.push(bytes) });
    assert.deepEqual(ranges(), ['bytes=300000-399999']);
    assert.equal(told[0], 300_000);
    await fetchWeights();
    assert.equal(ranges().length, 1, 'a whole file is only hashed');
  });

  it('begins anew, once, when what was on disk turns out to be something else', async () => {
    await writeFile(path(), randomBytes(300_000));
    await fetchWeights();
    assert.deepEqual(ranges(), ['bytes=300000-399999', undefined]);
    assert.deepEqual(await readFile(path()), weights);
    await writeFile(path(), randomBytes(500_000));
    await fetchWeights();
    assert.deepEqual(await readFile(path()), weights);
  });

  it('refuses bytes that do not hash to what the hub announces, and keeps none of them', async () => {
    onStorage('corrupt', 'corrupt');
    await assert.rejects(fetchWeights(), { code: 'BAD_FILE', message: /model\.safetensors: expected bytes with the sha256 [0-9a-f]{64}, got others, twice/ });
    await assert.rejects(stat(path()), { code: 'ENOENT' });
    hub.decide = ({ path }) => (path.endsWith('/config.json') ? 'corrupt' : 'pass');
    const repo = await open();
    const file = repo.files.find(({ name }) => name === 'config.json');
    assert.ok(file);
    await assert.rejects(downloadFile({ folder: repo, file, path: path(), signal }), { code: 'BAD_FILE', message: /gitBlob/ });
  });

  it('takes what is missing out of a whole file where a mirror knows no ranges', async () => {
    onStorage({ cutAfterBytes: 100_000 }, 'no-ranges');
    assert.equal(await fetchWeights(), createHash('sha256').update(weights).digest('hex'));
  });

  it('gives up when nothing comes any more, and leaves what is here for the next time', async () => {
    let cuts = 0;
    hub.decide = ({ host }) => (host === 'hub' ? 'pass' : cuts++ === 0 ? { cutAfterBytes: 100_000 } : { status: 503 });
    await assert.rejects(fetchWeights(), { code: 'UNAVAILABLE', message: /HTTP 503/ });
    assert.equal(ranges().length, 4, 'the first, and three in vain');
    assert.ok((await stat(path())).size > 0);
    hub.decide = () => 'pass';
    await fetchWeights();
    assert.match(ranges().at(-1) ?? '', /^bytes=[1-9]\d*-/);
  });

  it('ends at once when it is told to', async () => {
    onStorage({ stallAfterBytes: 100_000 });
    const stop = new AbortController();
    const reason = new AppError('CANCELLED', 'enough');
    await assert.rejects(fetchWeights({ signal: stop.signal, onBytes: (bytes) => bytes > 0 && stop.abort(reason) }), (error) => error === reason);
  });

  it('waits as long as a 429 asks for, if that is not too long', async () => {
    onStorage({ status: 429, headers: { 'retry-after': '0' } });
    await fetchWeights();
    onStorage({ status: 429, headers: { 'retry-after': '600' } });
    await rm(path());
    await assert.rejects(fetchWeights(), { code: 'TOO_MANY_REQUESTS', message: /Try again in 600 s/ });
  });

  describe('refusals', () => {
    const refused = (fate: HubFate): void => {
      hub.decide = () => fate;
    };
    const cases: { name: string; arrange: () => void; options?: Parameters<typeof open>[0]; code: string; message: RegExp }[] = [
      { name: 'an unknown repository', arrange: () => undefined, options: { id: 'nobody/nothing' }, code: 'NOT_FOUND', message: /^There is no repository nobody\/nothing at http\S+\. Check its spelling\. If it is private, set HF_TOKEN/ },
      { name: 'an unknown repository, with a token', arrange: () => refused({ status: 404, headers: { 'x-error-code': 'RepoNotFound' } }), options: { token }, code: 'NOT_FOUND', message: /HF_TOKEN must be a token that may read it/ },
      { name: 'an unknown revision', arrange: () => undefined, options: { revision: 'v9' }, code: 'NOT_FOUND', message: /google\/vit-tiny has no revision v9/ },
      { name: 'a private one', arrange: () => void (hub.token = token), code: 'NOT_FOUND', message: /set HF_TOKEN to a token that may read it/ },
      { name: 'a wrong token', arrange: () => refused({ status: 401, headers: { 'x-error-message': 'Invalid credentials in Authorization header' } }), options: { token }, code: 'FORBIDDEN', message: /refuses HF_TOKEN: it is wrong or has expired/ },
      { name: 'a gated one', arrange: () => refused({ status: 401, headers: { 'x-error-code': 'GatedRepo' } }), code: 'FORBIDDEN', message: /conditions to be accepted\. Accept them on that page, and set HF_TOKEN/ },
      { name: 'a gated one, with a token', arrange: () => refused({ status: 403, headers: { 'x-error-code': 'GatedRepo' } }), options: { token }, code: 'FORBIDDEN', message: /let the account of HF_TOKEN in/ },
      { name: 'too many requests', arrange: () => refused({ status: 429, headers: { 'retry-after': '37' } }), code: 'TOO_MANY_REQUESTS', message: /HTTP 429.* Try again in 37 s; with HF_TOKEN it allows more/ },
      { name: 'an error of its own', arrange: () => refused({ status: 502 }), code: 'UNAVAILABLE', message: /HTTP 502/ },
      { name: 'a page that is no hub', arrange: () => refused({ status: 200, headers: { 'content-type': 'text/html' } }), code: 'UNAVAILABLE', message: /sha: expected/ },
      { name: 'a connection that is cut', arrange: () => refused('drop'), code: 'UNAVAILABLE', message: /^Cannot reach http\S+ \(\w+\)\. Check the network, set HF_ENDPOINT to a mirror, or import a folder\.$/ },
    ];
    for (const { name, arrange, options = {}, code, message } of cases) {
      it(name, async () => {
        arrange();
        await assert.rejects(open(options), (error) => {
          assert.ok(error instanceof AppError);
          assert.equal(error.code, code, error.message);
          assert.match(error.message, message);
          assert.ok(!JSON.stringify([error.message, error.details, String(error.cause)]).includes(token));
          return true;
        });
      });
    }

    it('nobody there', async () => {
      await assert.rejects(open({ endpoint: `http://127.0.0.1:${await findFreePort()}` }), { code: 'UNAVAILABLE', message: /\(ECONNREFUSED\)\. Check the network, set HF_ENDPOINT to a mirror, or import a folder\.$/ });
    });
  });
});
