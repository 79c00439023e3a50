import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { AppError } from '@eyegazer/core';
import { parseWorkerEnv } from '@eyegazer/worker';

describe('worker environment', () => {
  const url = 'postgresql://someone:secret@127.0.0.1:5432/eyegazer';

  it('needs a database and nothing else', () => {
    assert.deepEqual(parseWorkerEnv({ DATABASE_URL: url, EYEGAZER_THREADS: '' }), {
      databaseUrl: url, redisUrl: null, store: { kind: 'folder' }, home: resolve('.eyegazer'), token: undefined, logLevel: 'info', device: 'auto', threads: undefined, cacheLimitBytes: 50e9,
    });
  });

  it('reads threads as a number, the home as an absolute path, the device, and where Redis is', () => {
    const { threads, home } = parseWorkerEnv({ DATABASE_URL: url, EYEGAZER_THREADS: '3', EYEGAZER_HOME: 'state' });
    assert.equal(parseWorkerEnv({ DATABASE_URL: url, REDIS_URL: 'redis://127.0.0.1:6379' }).redisUrl, 'redis://127.0.0.1:6379');
    assert.equal(parseWorkerEnv({ DATABASE_URL: url, EYEGAZER_CACHE_GB: '2.5' }).cacheLimitBytes, 2.5e9);
    assert.deepEqual(['cpu', 'webgpu', 'cuda', 'cuda:1', ''].map((name) => parseWorkerEnv({ DATABASE_URL: url, EYEGAZER_DEVICE: name }).device), ['cpu', 'webgpu', 'cuda:0', 'cuda:1', 'auto']);
    assert.equal(threads, 3);
    assert.equal(home, resolve('state'));
  });

  it('names the variable that is wrong, and never shows the database URL or the token', () => {
    const problem = (env: Record<string, string>): AppError => {
      try {
        parseWorkerEnv(env);
      } catch (error) {
        if (error instanceof AppError) return error;
      }
      throw new Error('Expected a refusal.');
    };
    assert.equal(problem({}).path, 'DATABASE_URL');
    assert.match(problem({ DATABASE_URL: url, EYEGAZER_DEVICE: 'gpu' }).message, /^Environment variable EYEGAZER_DEVICE: expected "auto", "cpu", "webgpu", "cuda" or "cuda:<number>"/);
    assert.equal(problem({ DATABASE_URL: url, EYEGAZER_THREADS: '0' }).path, 'EYEGAZER_THREADS');
    assert.match(problem({ DATABASE_URL: url, EYEGAZER_THREADS: 'all' }).message, /^Environment variable EYEGAZER_THREADS: expected a number of CPU threads/);
    assert.equal(problem({ DATABASE_URL: url, EYEGAZER_CACHE_GB: 'much' }).path, 'EYEGAZER_CACHE_GB');
    const { path, message } = problem({ DATABASE_URL: url, EYEGAZER_TOKEN: 'eyg_almost' });
    assert.equal(path, 'EYEGAZER_TOKEN');
    assert.ok(!message.includes('almost'), message);
    assert.ok(!problem({ DATABASE_URL: 'mysql://someone:secret@host/db' }).message.includes('secret'));
  });
});
