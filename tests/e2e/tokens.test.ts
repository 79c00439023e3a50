/** `npm start` once tokens are asked for: its own worker stays in, strangers stay out, and no secret is in any log. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreatedToken, Page, TokenWire, WorkerWire } from '@eyegazer/core';
import { findFreePort } from '../fixtures/free-port.js';
import { until } from '../until.js';
import { findProcessesOf } from './processes.js';
import { startStack, type Stack } from './stack.js';

describe('a start with tokens', function () {
  this.timeout(180_000);
  let home = '';
  let port = 0;
  let stack: Stack | null = null;
  let admin = '';

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-tokens-'));
    port = await findFreePort();
  });
  after(async () => {
    await stack?.interrupt();
    assert.deepEqual(findProcessesOf(home), []);
    await rm(home, { recursive: true, force: true });
  });

  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(`${stack?.url ?? ''}${path}`, { ...init, headers: admin === '' ? (init.headers ?? {}) : { ...(init.headers as Record<string, string>), authorization: `Bearer ${admin}` } });
    assert.ok(response.ok, `${path} answered ${response.status}: ${response.ok ? '' : await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  const restart = async (environment: Record<string, string> = {}): Promise<void> => {
    assert.equal((await stack?.interrupt())?.code ?? 0, 0);
    stack = await startStack({ home, port, environment });
  };
  const states = async (): Promise<string[]> => (await ask<{ items: WorkerWire[] }>('/api/workers')).items.map(({ state }) => state);
  const tokensIn = (text: string): string[] => [...new Set(text.match(/eyg_[\w-]{43}/g) ?? [])];
  const logs = async (): Promise<string> => (await Promise.all((await readdir(join(home, 'logs'))).map((name) => readFile(join(home, 'logs', name), 'utf8')))).join('\n');
  const workerToken = async (): Promise<string> => (await readFile(join(home, 'worker-token'), 'utf8')).trim();

  it('gives its worker a token of its own from the beginning, in a file for its owner alone', async () => {
    await restart({ EYEGAZER_TOKEN: 'a person has set what is no token' });
    assert.deepEqual(await states(), ['alive']);
    const { items } = await ask<Page<TokenWire>>('/api/tokens');
    assert.deepEqual(items.map(({ role, state }) => ({ role, state })), [{ role: 'worker', state: 'usable' }]);
    assert.equal((await stat(join(home, 'worker-token'))).mode & 0o777, 0o600);
    assert.deepEqual(tokensIn((stack?.output() ?? '') + (await logs())), []);
  });

  it('keeps its worker when the door closes, and after the next start', async () => {
    const kept = await workerToken();
    const created = await ask<CreatedToken>('/api/tokens', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Ada', role: 'admin' }) });
    admin = created.secret;
    await until(async () => (await fetch(`${stack?.url ?? ''}/api/workers`)).status === 401);
    assert.deepEqual(await states(), ['alive']);
    await restart();
    assert.deepEqual(await states(), ['alive']);
    assert.equal(await workerToken(), kept);
    assert.deepEqual(tokensIn((stack?.output() ?? '') + (await logs())), [], 'an admin token works: none is made');
  });

  it('goes on without its worker when that is refused, now and at the next start, and says how to have one again', async () => {
    const [worker] = (await ask<Page<TokenWire>>('/api/tokens')).items.filter(({ role }) => role === 'worker');
    await ask(`/api/tokens/${worker?.id ?? ''}`, { method: 'DELETE' });
    await until(() => /The worker was refused: its token was revoked\. Everything else goes on\. .* delete .*worker-token/.test(stack?.output() ?? ''), 30_000);
    await until(async () => (await states())[0] === 'stopped', 30_000);
    await restart();
    assert.match(stack?.output() ?? '', /The worker was refused/);
    assert.deepEqual(await states(), ['stopped']);
    await rm(join(home, 'worker-token'));
    await restart();
    assert.deepEqual(await states(), ['alive']);
  });

  it('prints the first admin token on the terminal, once, and into no file', async () => {
    await stack?.interrupt();
    stack = null;
    admin = '';
    await rm(home, { recursive: true });
    await restart({ HOST: '0.0.0.0', LOG_LEVEL: 'debug' });
    const [token = ''] = tokensIn(stack!.output());
    assert.deepEqual(tokensIn(stack!.output()).length, 1);
    assert.match(stack!.output(), /first admin token of this server/);
    assert.equal((await fetch(`${stack!.url}/api/workers`)).status, 401);
    admin = token;
    assert.deepEqual(await states(), ['alive']);
    assert.deepEqual(tokensIn(await logs()), []);
    await restart({ HOST: '0.0.0.0', LOG_LEVEL: 'debug' });
    assert.deepEqual(tokensIn(stack!.output()), []);
    assert.deepEqual(await states(), ['alive']);
  });
});
