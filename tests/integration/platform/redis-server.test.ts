/** Redis servers that cannot be used, or not at once, and what people are told about them. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueues, type Queues } from '@eyegazer/platform';
import { collectingLog } from '../../fixtures/collecting-log.js';
import { findFreePort } from '../../fixtures/free-port.js';
import { needsRedis, startRedis, type RedisServer } from '../../fixtures/redis.js';
import { silentLog } from '../../fixtures/silent-log.js';
import { needs } from '../../needs.js';
import { forkQueueChild } from './queue-child.js';

const databaseUrl = 'postgresql://nobody@127.0.0.1:1/none';
const secret = 'planted-secret';

describe('a Redis server', function () {
  this.timeout(60_000);
  const removals: (() => Promise<unknown>)[] = [];

  before(function () {
    needsRedis(this);
  });
  afterEach(async () => {
    for (const remove of removals.splice(0).reverse()) await remove();
  });

  async function start(args: string[]): Promise<RedisServer> {
    const server = await startRedis({ args });
    removals.push(() => server.remove());
    return server;
  }
  async function open(redisUrl: string, log = silentLog): Promise<Queues> {
    const queues = await createQueues({ databaseUrl, redisUrl, log });
    removals.push(() => queues.close());
    return queues;
  }
  /** Asserts how a URL is refused, and that neither words nor cause show the secret. */
  async function refuses(redisUrl: string, expected: { code: string; message: RegExp }): Promise<void> {
    await assert.rejects(open(redisUrl), (error: Error & { code: string }) => {
      assert.deepEqual([error.name, error.code], ['AppError', expected.code]);
      assert.match(error.message, expected.message);
      assert.ok(!JSON.stringify([error.message, error.stack, error.cause, { ...(error.cause as object) }]).includes(secret));
      return true;
    });
  }

  it('that is not there is named, with what to check', async () => {
    const port = await findFreePort();
    await refuses(`redis://:${secret}@127.0.0.1:${port}`, { code: 'UNAVAILABLE', message: new RegExp(`^Redis at 127\\.0\\.0\\.1:${port} does not answer\\. Check the host, the port .* and that the server runs\\. \\(connect ECONNREFUSED`) });
    await refuses(`redis://:${secret}@no-such-host.invalid`, { code: 'UNAVAILABLE', message: /^Redis at no-such-host\.invalid:6379 does not answer/ });
  });

  it('that asks for a password which was not given says so', async () => {
    const { port } = await start(['--requirepass', secret]);
    await refuses(`redis://127.0.0.1:${port}`, { code: 'UNAVAILABLE', message: new RegExp(`^Redis at 127\\.0\\.0\\.1:${port} asks for a password\\. Put it into REDIS_URL: redis://:password@127\\.0\\.0\\.1:${port}\\.`) });
  });

  it('that refuses the password says so without showing it, and takes the right one, whatever its letters', async () => {
    const { port } = await start(['--requirepass', 'p/w:@#? x']);
    await refuses(`redis://:${secret}@127.0.0.1:${port}`, { code: 'UNAVAILABLE', message: /refuses the user or the password of REDIS_URL/ });
    await refuses(`redis://someone:${secret}@127.0.0.1:${port}`, { code: 'UNAVAILABLE', message: /refuses the user or the password of REDIS_URL/ });
    const queues = await open(`redis://:${encodeURIComponent('p/w:@#? x')}@127.0.0.1:${port}/3`);
    await queues.publish('worker', { attemptId: 'a', priority: 0 });
    // Another database of the same server is another queue.
    assert.equal(await queues.depth(), 1);
    assert.equal(await (await open(`redis://:${encodeURIComponent('p/w:@#? x')}@127.0.0.1:${port}/4`)).depth(), 0);
  });

  it('is not asked when its URL cannot be read', async () => {
    for (const url of [`redis://:${secret}/x@host:6379`, `redis://:${secret}@host:6379/name`, `redis://:${secret}@host:6379/0?keyPrefix=x`, 'redis://']) {
      await refuses(url, { code: 'BAD_REQUEST', message: /^Environment variable REDIS_URL: expected redis:\/\/host:port/ });
    }
  });

  it('that is too old is refused with the version it has', async () => {
    const port = await listen((text, answer) => answer(/info/i.test(text) ? bulk('redis_version:4.0.14\r\nloading:0\r\n') : '+OK\r\n'));
    await refuses(`redis://127.0.0.1:${port}`, { code: 'UNAVAILABLE', message: /expected version 6\.2 or newer, got 4\.0\.14/ });
  });

  it('that is no Redis is refused', async () => {
    const port = await listen((_, answer) => answer('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await refuses(`redis://127.0.0.1:${port}`, { code: 'UNAVAILABLE', message: /does not answer\. Check the host/ });
  });

  it('that may evict keys is used with a loud warning, any other without a word', async () => {
    const evicting = collectingLog();
    await open((await start(['--maxmemory-policy', 'allkeys-lru'])).url, evicting.log);
    assert.equal(evicting.lines.length, 1);
    assert.match(JSON.stringify(evicting.lines), /set its maxmemory-policy to noeviction, it is allkeys-lru/);
    const usual = collectingLog();
    const queues = await open((await start([])).url, usual.log);
    await queues.publish('worker', { attemptId: 'a', priority: 0 });
    assert.deepEqual(usual.lines, []);
  });

  it('that is full, or a replica, refuses what is published with its reason', async () => {
    const server = await start([]);
    const queues = await open(server.url);
    await server.configure('maxmemory', '1');
    await assert.rejects(queues.publish('worker', { attemptId: 'a', priority: 0 }), { code: 'UNAVAILABLE', message: /is full\. Raise its maxmemory\. \(OOM/ });
    await server.configure('maxmemory', '0');
    await queues.publish('worker', { attemptId: 'a', priority: 0 });
    const replica = await start(['--replicaof', '127.0.0.1', '1']);
    await assert.rejects((await open(replica.url)).publish('worker', { attemptId: 'b', priority: 0 }), { code: 'UNAVAILABLE', message: /is a replica, which takes no writes/ });
  });

  it('is reached through TLS, if its certificate can be trusted', async function () {
    needs(this, spawnSync('openssl', ['version']).status === 0, 'openssl (apt-get install openssl)');
    const folder = await mkdtemp(join(tmpdir(), 'eyegazer-tls-'));
    removals.push(() => rm(folder, { recursive: true, force: true }));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
    const tlsPort = await findFreePort();
    await start(['--tls-port', String(tlsPort), '--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no']);
    const options = { databaseUrl, redisUrl: `rediss://localhost:${tlsPort}` };
    await refuses(options.redisUrl, { code: 'UNAVAILABLE', message: /shows a TLS certificate that cannot be trusted\. Set NODE_EXTRA_CA_CERTS/ });
    await refuses(`redis://localhost:${tlsPort}`, { code: 'UNAVAILABLE', message: /does not answer\. .* redis:\/\/ or rediss:\/\/ \(TLS\)/ });
    // Node reads its authorities once, when a process starts.
    const { messages, exited } = forkQueueChild({ mode: 'once', workerId: 'worker', options }, { NODE_EXTRA_CA_CERTS: certificate });
    await exited;
    assert.deepEqual(messages, [{ taken: 'once' }, { closed: true }]);
  });

  /** A server that answers as `onData` says; resolves with its port. */
  async function listen(onData: (text: string, answer: (text: string) => void) => void): Promise<number> {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      // Commands may come in one piece: each is answered.
      socket.on('data', (chunk) => chunk.toString('utf8').split(/(?=\*\d+\r\n)/).forEach((command) => onData(command, (text) => socket.write(text))));
    });
    const port = await findFreePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    removals.push(() => new Promise((resolve) => server.close(resolve)));
    return port;
  }
});

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
