import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { configPath, describeUnreachable, findServer, parseServerUrl, readConfig, resolveServerPath, writeConfig } from '@eyegazer/cli';

const token = `eyg_${'a'.repeat(43)}`;

describe('which server a command speaks to', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-cli-'));
  });
  afterEach(() => rm(home, { recursive: true }));
  const env = (more: Record<string, string> = {}): Record<string, string> => ({ XDG_CONFIG_HOME: home, ...more });
  const login = (url: string): Promise<void> => writeConfig(configPath(env()), { url, token });

  it('is this machine, without a token, until told', async () => {
    assert.deepEqual(await findServer(undefined, env()), { url: 'http://127.0.0.1:4400', token: null });
  });

  it('is --url before EYEGAZER_URL before the login', async () => {
    await login('https://a.example');
    assert.deepEqual(await findServer(undefined, env()), { url: 'https://a.example', token });
    assert.equal((await findServer(undefined, env({ EYEGAZER_URL: 'https://b.example/' }))).url, 'https://b.example');
    assert.equal((await findServer('https://c.example', env({ EYEGAZER_URL: 'https://b.example' }))).url, 'https://c.example');
  });

  it('gets the stored token only where it was stored for', async () => {
    await login('https://a.example');
    assert.equal((await findServer('https://a.example/', env())).token, token);
    for (const other of ['http://a.example', 'https://a.example:8443', 'https://a.example.evil.org']) assert.equal((await findServer(other, env())).token, null);
    assert.equal((await findServer('https://b.example', env({ EYEGAZER_TOKEN: 'other' }))).token, 'other');
  });

  it('keeps the token in a file and a folder that nobody else can read', async () => {
    await login('https://a.example');
    const path = configPath(env());
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await stat(dirname(path))).mode & 0o777, 0o700);
    await login('https://b.example');
    assert.equal((await readConfig(path))?.url, 'https://b.example');
  });

  it('says of a broken login what to do, and never what is in it', async () => {
    await login('https://a.example');
    await writeFile(configPath(env()), `{"url": "https://a.example", "token": "${token}`);
    await assert.rejects(findServer(undefined, env()), (error: Error) => {
      assert.match(error.message, /is not what eyegazer login writes/);
      assert.ok(!error.message.includes('eyg_'));
      return true;
    });
  });

  it('takes an origin, and nothing that a token should not go to', () => {
    assert.equal(parseServerUrl('https://eyegazer.example.org/', '--url'), 'https://eyegazer.example.org');
    for (const text of ['example.org', 'ftp://a', 'http://a/path', 'http://a?x=1', '']) assert.throws(() => parseServerUrl(text, '--url'), { code: 'BAD_REQUEST', message: /^--url: expected/ });
    assert.throws(() => parseServerUrl('http://me:secret@a', '--url'), (error: Error) => !error.message.includes('secret'));
  });

  it('says what is wrong with a server that cannot be reached, and what to do', () => {
    const refused = describeUnreachable('http://127.0.0.1:4400', new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }));
    assert.equal(refused.message, 'Cannot reach http://127.0.0.1:4400 (connection refused). Is it running? Start it with `npm start`, or give --url.');
    assert.equal(refused.details?.['sent'], false);
    const cut = describeUnreachable('https://a.example', new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) }));
    assert.match(cut.message, /^Cannot reach https:\/\/a\.example \(the connection was cut\)\. Is it running, and is the address right\?/);
    assert.equal(cut.details?.['sent'], true);
    const certificate = describeUnreachable('https://a.example', new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) }));
    assert.match(certificate.message, /NODE_EXTRA_CA_CERTS/);
    const store = describeUnreachable('http://10.0.0.1:4400', new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED', address: '10.0.0.2', port: 9000 }) }));
    assert.match(store.message, /^Cannot reach 10\.0\.0\.2:9000, where http:\/\/10\.0\.0\.1:4400 sends us for the bytes \(connection refused\)\. .*S3_DOWNLOADS=proxied/);
    const name = describeUnreachable('https://a.example', new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND', hostname: 'a.example' }) }));
    assert.match(name.message, /^Cannot reach https:\/\/a\.example \(no such host\)/);
  });

  it('takes relative paths for a server on this machine only', () => {
    assert.equal(resolveServerPath('/data/x', 'https://a.example'), '/data/x');
    assert.equal(resolveServerPath('x', 'http://localhost:4400'), join(process.cwd(), 'x'));
    assert.throws(() => resolveServerPath('x', 'https://a.example'), { code: 'BAD_REQUEST', message: /absolute path/ });
  });
});
