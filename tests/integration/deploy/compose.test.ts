/** docker-compose.yml as an old docker-compose reads it: what every service must have, and what nobody may forget to set. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { parseConnections } from '@eyegazer/platform';
import { findFreePort } from '../../fixtures/free-port.js';
import { needs } from '../../needs.js';
import { until } from '../../until.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
const composeBinary = '/usr/bin/docker-compose';
const profiles = ['cpu', 'webgpu', 'cuda'];

interface Service {
  image: string;
  build?: { dockerfile: string; target?: string };
  command?: string[];
  environment: Record<string, string>;
  healthcheck?: { test: string[] };
  restart: string;
  logging: { options: Record<string, string> };
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
  deploy: { resources: { limits: { memory: string }; reservations?: { devices: object[] } } };
  depends_on?: Record<string, { condition: string }>;
  security_opt: string[];
  cap_drop?: string[];
  read_only?: boolean;
  init?: boolean;
}
interface Config {
  services: Record<string, Service>;
  volumes: Record<string, object>;
}

describe('docker-compose.yml', function () {
  this.timeout(60_000);
  let folder: string;

  before(async function () {
    needs(this, existsSync(composeBinary), `docker-compose at ${composeBinary} (Debian's package docker-compose)`);
    folder = await mkdtemp(join(tmpdir(), 'eyegazer-compose-'));
    await cp(join(root, 'docker-compose.yml'), join(folder, 'docker-compose.yml'));
    await cp(join(root, 'docker'), join(folder, 'docker'), { recursive: true });
  });
  after(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** Runs docker-compose there, with nothing of this machine's variables. */
  async function compose(args: string[], env: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> {
    const options = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env } };
    return run(composeBinary, args, options).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
    );
  }
  const allProfiles = profiles.flatMap((profile) => ['--profile', profile]);
  async function readConfig(args: string[] = [], env: Record<string, string> = {}): Promise<Config> {
    const { code, stdout, stderr } = await compose([...args, ...allProfiles, 'config'], env);
    assert.equal(code, 0, stderr);
    return parse(stdout) as Config;
  }

  it('refuses to start without secrets, and says what to run', async () => {
    const { code, stderr } = await compose(['config', '-q']);
    assert.equal(code, 1);
    assert.match(stderr, /POSTGRES_PASSWORD.*It is not set\. Run "sh docker\/make-env\.sh" once/);
  });

  it('names each of the secrets that is missing', async () => {
    const secrets: Record<string, string> = { POSTGRES_PASSWORD: 'a', VALKEY_PASSWORD: 'b', S3_SECRET_KEY: 'c' };
    for (const name of Object.keys(secrets)) {
      const { code, stderr } = await compose(['config', '-q'], { ...secrets, [name]: '' });
      assert.equal(code, 1, name);
      assert.match(stderr, new RegExp(`\\$\\{${name}:\\?`));
    }
  });

  it('gets an .env of fresh secrets that only its owner reads, and never a second one', async () => {
    await run('sh', [join(folder, 'docker/make-env.sh')]);
    const text = await readFile(join(folder, '.env'), 'utf8');
    const secrets = [...text.matchAll(/^(?:POSTGRES_PASSWORD|VALKEY_PASSWORD|S3_SECRET_KEY)=([0-9a-f]{48})$/gm)].map(([, secret]) => secret);
    assert.equal(new Set(secrets).size, 3, text);
    assert.equal((await stat(join(folder, '.env'))).mode & 0o777, 0o600);
    await assert.rejects(run('sh', [join(folder, 'docker/make-env.sh')]), /is there already/);
    assert.equal(await readFile(join(folder, '.env'), 'utf8'), text);
  });

  for (const profile of [null, ...profiles]) {
    it(`is valid ${profile === null ? 'without a worker' : `with the profile ${profile}`}`, async () => {
      const { code, stderr } = await compose([...(profile === null ? [] : ['--profile', profile]), 'config', '-q']);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    });
  }

  it('gives every service a health check, limits, a restart policy, and images by a version', async () => {
    const { services, volumes } = await readConfig();
    assert.deepEqual(Object.keys(services).sort(), ['api', 'postgres', 'store', 'valkey', 'worker-cpu', 'worker-cuda', 'worker-webgpu']);
    for (const [name, service] of Object.entries(services)) {
      // Our images bring their own check.
      assert.ok(service.healthcheck ?? service.build, `${name} has no health check`);
      assert.equal(service.restart, 'unless-stopped', name);
      assert.match(service.deploy.resources.limits.memory, /^\d+g$/, name);
      assert.ok(service.logging.options['max-size'], name);
      assert.match(service.image, /:v?\d/, name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
      for (const volume of service.volumes ?? []) assert.ok(volume.startsWith('/') || (volume.split(':')[0] ?? '') in volumes, `${name}: ${volume}`);
    }
    for (const name of ['api', ...profiles.map((profile) => `worker-${profile}`)]) {
      const { init, read_only: readOnly, cap_drop: dropped } = services[name] ?? assert.fail(name);
      assert.deepEqual({ init, readOnly, dropped }, { init: true, readOnly: true, dropped: ['ALL'] }, name);
    }
    assert.equal(services['worker-cuda']?.deploy.resources.reservations?.devices.length, 1);
  });

  it('publishes nothing but the API, and that on loopback', async () => {
    const { services } = await readConfig();
    assert.deepEqual(Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`)), ['api 127.0.0.1:4400:4400/tcp']);
  });

  it('waits for health, and starts workers only by their profile', async () => {
    const { services } = await readConfig();
    assert.deepEqual(services['api']?.depends_on, { postgres: { condition: 'service_healthy' }, store: { condition: 'service_healthy' }, valkey: { condition: 'service_healthy' } });
    for (const profile of profiles) {
      assert.deepEqual(services[`worker-${profile}`]?.profiles, [profile]);
      assert.deepEqual(services[`worker-${profile}`]?.depends_on, { api: { condition: 'service_healthy' } });
    }
  });

  it('builds what the Dockerfiles offer', async () => {
    const { services } = await readConfig();
    for (const { build } of Object.values(services)) {
      if (!build) continue;
      const dockerfile = await readFile(join(root, build.dockerfile), 'utf8');
      if (build.target) assert.match(dockerfile, new RegExp(`^FROM \\S+ AS ${build.target}$`, 'm'));
    }
  });

  it('tells API and workers where database, queue and store are, in words that they parse', async () => {
    const { services } = await readConfig();
    const api = parseConnections(services['api']?.environment ?? {});
    const worker = parseConnections(services['worker-cpu']?.environment ?? {});
    assert.equal(api.databaseUrl, worker.databaseUrl);
    assert.equal(new URL(api.databaseUrl).password, services['postgres']?.environment['POSTGRES_PASSWORD']);
    assert.equal(new URL(api.redisUrl ?? '').password, services['valkey']?.environment['VALKEY_PASSWORD']);
    assert.ok(api.store.kind === 's3' && worker.store.kind === 's3');
    assert.equal(api.store.downloads, 'proxied');
    assert.deepEqual({ ...worker.store, downloads: 'proxied' }, api.store);
    assert.deepEqual(api.store.credentials, { accessKeyId: services['store']?.environment['ROOT_ACCESS_KEY'], secretAccessKey: services['store']?.environment['ROOT_SECRET_KEY'] });
    assert.ok(services['store']?.volumes?.includes(`store:/srv/buckets/${api.store.bucket}:rw`));
  });

  it('publishes database, queue and store on an address that is asked for, and on no other', async () => {
    const files = ['-f', 'docker-compose.yml', '-f', 'docker/compose.lan.yml'];
    const missing = await compose([...files, 'config', '-q']);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /EYEGAZER_LAN_ADDRESS.*It is not set/);
    const { services } = await readConfig(files, { EYEGAZER_LAN_ADDRESS: '10.7.0.1' });
    const ports = Object.values(services).flatMap(({ ports: published = [] }) => published);
    assert.deepEqual(ports.sort(), ['10.7.0.1:5432:5432/tcp', '10.7.0.1:6379:6379/tcp', '10.7.0.1:7070:7070/tcp', '127.0.0.1:4400:4400/tcp']);
  });

  it('starts a queue that asks for its password and shows it to nobody', async function () {
    needs(this, existsSync('/usr/bin/redis-server'), "Debian's package redis-server");
    const { services } = await readConfig();
    const { command = [], environment, healthcheck } = services['valkey'] ?? assert.fail();
    const unescape = (text: string): string => text.replaceAll('$$', '$');

    // Redis answers to the same words as Valkey; only folder and port differ here.
    const bin = join(folder, 'bin');
    await mkdir(join(folder, 'queue'));
    await mkdir(bin);
    await symlink('/usr/bin/redis-server', join(bin, 'valkey-server'));
    await symlink('/usr/bin/redis-cli', join(bin, 'valkey-cli'));
    const port = await findFreePort();
    const env = { PATH: `${bin}${delimiter}${process.env['PATH']}`, ...environment };
    const words = command.map((word) => unescape(word).replace('--dir /data', `--dir ${join(folder, 'queue')} --bind 127.0.0.1 --port ${port}`));
    const server = spawn(words[0] ?? '', words.slice(1), { env, stdio: 'ignore' });
    const exited = new Promise<number | null>((done) => server.once('exit', done));
    try {
      const check = unescape(healthcheck?.test[1] ?? '').replace('valkey-cli', `valkey-cli -p ${port}`);
      await until(() => run('sh', ['-c', check], { env }).then(() => true, () => false));
      await assert.rejects(run('sh', ['-c', check], { env: { ...env, VALKEY_PASSWORD: 'another' } }));
      const { stdout } = await run('redis-cli', ['-p', String(port), 'config', 'get', 'maxmemory-policy'], { env: { ...env, REDISCLI_AUTH: environment['VALKEY_PASSWORD'] } });
      assert.match(stdout, /noeviction/);
      assert.ok(!(await readFile(`/proc/${server.pid}/cmdline`, 'utf8')).includes(environment['VALKEY_PASSWORD'] ?? ''));
    } finally {
      server.kill('SIGTERM');
    }
    assert.equal(await exited, 0);
  });
});
