import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { parseSettings } from '@eyegazer/api';

const DATABASE_URL = 'postgresql://user:secret@127.0.0.1:5000/eyegazer';
const refused = (environment: Record<string, string>, message: RegExp): void => {
  assert.throws(() => parseSettings(environment), { name: 'AppError', code: 'BAD_REQUEST', message });
};

describe('API settings', () => {
  it('has defaults for everything but the database', () => {
    assert.deepEqual(parseSettings({ DATABASE_URL, PORT: '', PATH: '/bin' }), {
      port: 4400,
      host: '127.0.0.1',
      trustedHops: 0,
      databaseUrl: DATABASE_URL,
      redisUrl: null,
      store: { kind: 'folder' },
      home: resolve('.eyegazer'),
      cacheLimitBytes: 50e9,
      uploadLimitBytes: 50e9,
      retentionDays: 30,
      dataRoots: null,
      modelSources: { hub: { endpoint: 'https://huggingface.co', token: null }, buckets: { endpoint: null, region: 'us-east-1', credentials: null } },
      logLevel: 'info',
    });
    assert.equal(parseSettings({ DATABASE_URL, REDIS_URL: 'redis://127.0.0.1:6379' }).redisUrl, 'redis://127.0.0.1:6379');
    refused({}, /^Environment variable DATABASE_URL: .* It is not set\.$/);
  });

  it('splits the data roots and wants them absolute', () => {
    assert.deepEqual(parseSettings({ DATABASE_URL, EYEGAZER_DATA_ROOTS: '/a:/b c:' }).dataRoots, ['/a', '/b c']);
    refused({ DATABASE_URL, EYEGAZER_DATA_ROOTS: '/a:b' }, /EYEGAZER_DATA_ROOTS: expected absolute folders .* got b/);
  });

  it('takes prefixes of buckets for data roots too', () => {
    assert.deepEqual(parseSettings({ DATABASE_URL, EYEGAZER_DATA_ROOTS: 's3://models/vit:/a:s3://other-bucket' }).dataRoots, ['s3://models/vit', '/a', 's3://other-bucket']);
    for (const EYEGAZER_DATA_ROOTS of ['s3:', 's3://', 's3://Models', 's3://models/../x', 'https://models']) refused({ DATABASE_URL, EYEGAZER_DATA_ROOTS }, /EYEGAZER_DATA_ROOTS: expected absolute folders and s3:/);
  });

  it('sends a token in the clear to this machine alone, and shows it to nobody', () => {
    const hubOf = (environment: Record<string, string>) => parseSettings({ DATABASE_URL, ...environment }).modelSources.hub;
    assert.deepEqual(hubOf({ HF_ENDPOINT: 'https://hub.example.com/mirror/', HF_TOKEN: 'hf_abc' }), { endpoint: 'https://hub.example.com/mirror', token: 'hf_abc' });
    for (const HF_ENDPOINT of ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:80']) assert.equal(hubOf({ HF_ENDPOINT }).endpoint, HF_ENDPOINT);
    for (const HF_ENDPOINT of ['http://hub.example.com', 'http://127.0.0.1.example.com', 'ftp://127.0.0.1', 'hub', 'https://user:hunter2@hub.example.com', 'https://hub.example.com?token=hunter2']) {
      assert.throws(() => hubOf({ HF_ENDPOINT }), (error: Error) => error.message.startsWith('Environment variable HF_ENDPOINT: expected a URL like https') && !error.message.includes('hunter2'));
    }
    assert.throws(() => hubOf({ HF_TOKEN: 'hunter2 and more' }), (error: Error) => error.message.startsWith('Environment variable HF_TOKEN: ') && !error.message.includes('hunter2'));
  });

  it('takes any address to listen on, and believes no proxy unless told', () => {
    assert.equal(parseSettings({ DATABASE_URL, HOST: 'localhost' }).host, '127.0.0.1');
    for (const HOST of ['0.0.0.0', '::', '192.168.0.4']) assert.equal(parseSettings({ DATABASE_URL, HOST }).host, HOST);
    assert.equal(parseSettings({ DATABASE_URL, EYEGAZER_TRUST_PROXY: '2' }).trustedHops, 2);
    for (const EYEGAZER_TRUST_PROXY of ['yes', '-1', '1.5', '11']) refused({ DATABASE_URL, EYEGAZER_TRUST_PROXY }, /^Environment variable EYEGAZER_TRUST_PROXY: /);
  });

  it('keeps the bin for as many days as it is told, 0 for ever', () => {
    for (const [EYEGAZER_RETENTION_DAYS, days] of [['0', 0], ['7', 7], ['0.5', 0.5], ['', 30]] as const) assert.equal(parseSettings({ DATABASE_URL, EYEGAZER_RETENTION_DAYS }).retentionDays, days);
    for (const EYEGAZER_RETENTION_DAYS of ['never', '-1', '1e9']) refused({ DATABASE_URL, EYEGAZER_RETENTION_DAYS }, /^Environment variable EYEGAZER_RETENTION_DAYS: expected/);
  });

  it('takes files of so many gigabytes', () => {
    for (const [EYEGAZER_UPLOAD_GB, bytes] of [['2', 2e9], ['0.5', 5e8], ['', 50e9]] as const) assert.equal(parseSettings({ DATABASE_URL, EYEGAZER_UPLOAD_GB }).uploadLimitBytes, bytes);
    for (const EYEGAZER_UPLOAD_GB of ['0', '-1', 'much', '1e9']) refused({ DATABASE_URL, EYEGAZER_UPLOAD_GB }, /^Environment variable EYEGAZER_UPLOAD_GB: expected/);
  });

  it('names a bad variable and never shows a secret', () => {
    refused({ DATABASE_URL, PORT: '70000' }, /^Environment variable PORT: /);
    refused({ DATABASE_URL, PORT: 'http' }, /^Environment variable PORT: /);
    refused({ DATABASE_URL, LOG_LEVEL: 'loud' }, /^Environment variable LOG_LEVEL: /);
    assert.throws(
      () => parseSettings({ DATABASE_URL: 'mysql://user:secret@host/db' }),
      (error: Error) => /DATABASE_URL: expected a URL like postgresql:/.test(error.message) && !error.message.includes('secret'),
    );
  });
});
