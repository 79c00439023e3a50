import assert from 'node:assert/strict';
import { parseConnections, parseS3Access } from '@eyegazer/platform';

const DATABASE_URL = 'postgresql://user:pg-hunter2@127.0.0.1:5000/eyegazer';
const s3 = { DATABASE_URL, S3_ENDPOINT: 'https://s3.example.com', S3_BUCKET: 'eyes', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 's3-hunter2' };
const refused = (environment: Record<string, string>, message: RegExp): void => {
  assert.throws(
    () => parseConnections(environment),
    (error: Error & { code: string }) => error.code === 'BAD_REQUEST' && message.test(error.message) && !error.message.includes('hunter2'),
  );
};

describe('settings of the servers', () => {
  it('need nothing but the database: the queue lives there and artifacts in a folder', () => {
    assert.deepEqual(parseConnections({ DATABASE_URL, REDIS_URL: '', S3_ENDPOINT: '', S3_BUCKET: '' }), { databaseUrl: DATABASE_URL, redisUrl: null, store: { kind: 'folder' } });
    refused({}, /^Environment variable DATABASE_URL: .* It is not set\.$/);
    refused({ DATABASE_URL: 'mysql://user:hunter2@host/db' }, /DATABASE_URL: expected a URL like postgresql/);
    refused({ DATABASE_URL: 'postgresql://user:hunter2@host:port/db' }, /DATABASE_URL: expected a URL like postgresql/);
    refused({ DATABASE_URL, REDIS_URL: 'redis://:hunter2@host:port' }, /REDIS_URL: expected a URL like redis/);
  });

  it('take Redis by its URL', () => {
    assert.equal(parseConnections({ DATABASE_URL, REDIS_URL: 'rediss://:hunter2@valkey:6379/0' }).redisUrl, 'rediss://:hunter2@valkey:6379/0');
    refused({ DATABASE_URL, REDIS_URL: 'http://hunter2@host' }, /REDIS_URL: expected a URL like redis:/);
  });

  it('take an S3 store by the standard variables', () => {
    assert.deepEqual(parseConnections({ ...s3, S3_PREFIX: '/team/a/', AWS_REGION: 'eu-west-1', AWS_SESSION_TOKEN: 'st', S3_DOWNLOADS: 'proxied' }).store, {
      kind: 's3',
      endpoint: 'https://s3.example.com',
      bucket: 'eyes',
      prefix: 'team/a/',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 's3-hunter2', sessionToken: 'st' },
      downloads: 'proxied',
    });
    const amazon = parseConnections({ DATABASE_URL, S3_BUCKET: 'eyes', AWS_DEFAULT_REGION: 'eu-north-1' }).store;
    assert.deepEqual(amazon, { kind: 's3', endpoint: null, bucket: 'eyes', prefix: '', region: 'eu-north-1', credentials: null, downloads: 'presigned' });
  });

  it('take key, hunter2, bucket and prefix out of one URL; single variables come first', () => {
    const S3_ENDPOINT = 'http://key:a%2Fb@10.0.0.7:9000/eyes/team/a';
    const store = parseConnections({ DATABASE_URL, S3_ENDPOINT }).store;
    assert.deepEqual(store, {
      kind: 's3',
      endpoint: 'http://10.0.0.7:9000',
      bucket: 'eyes',
      prefix: 'team/a/',
      region: 'us-east-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'a/b' },
      downloads: 'presigned',
    });
    const other = parseConnections({ DATABASE_URL, S3_ENDPOINT, S3_BUCKET: 'other', AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }).store;
    assert.ok(other.kind === 's3');
    assert.deepEqual([other.bucket, other.prefix, other.credentials], ['other', '', { accessKeyId: 'k', secretAccessKey: 's' }]);
  });

  it('name what is wrong and never show a value', () => {
    refused({ DATABASE_URL, S3_ENDPOINT: 'https://key:hunter2@s3.example.com' }, /S3_BUCKET: S3_ENDPOINT is set, but no bucket is/);
    refused({ DATABASE_URL, S3_ENDPOINT: 'https://key:hunter2@s3.example.com/B' }, /S3_ENDPOINT: expected its path to begin with a bucket's name/);
    refused({ DATABASE_URL, S3_ENDPOINT: 's3.example.com/hunter2', S3_BUCKET: 'eyes' }, /S3_ENDPOINT: expected a URL/);
    refused({ DATABASE_URL, S3_ENDPOINT: 'https://', S3_BUCKET: 'eyes' }, /S3_ENDPOINT: expected a URL/);
    refused({ ...s3, S3_BUCKET: 'Eyes' }, /S3_BUCKET: expected a bucket's name/);
    refused({ ...s3, S3_PREFIX: 'a/../b' }, /S3_PREFIX: expected a path without ".."/);
    refused({ ...s3, S3_DOWNLOADS: 'direct' }, /S3_DOWNLOADS: expected presigned or proxied/);
    refused({ ...s3, AWS_SECRET_ACCESS_KEY: '' }, /AWS_SECRET_ACCESS_KEY: AWS_ACCESS_KEY_ID is set, but its secret is not/);
    refused({ ...s3, AWS_ACCESS_KEY_ID: '' }, /AWS_ACCESS_KEY_ID: AWS_SECRET_ACCESS_KEY is set, but its key id is not/);
  });

  it('reach the buckets that people name where the artifacts are, or where the standard variables say', () => {
    const keys = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 's3-hunter2' };
    const credentials = { accessKeyId: 'key', secretAccessKey: 's3-hunter2' };
    assert.deepEqual(parseS3Access({ ...keys, AWS_REGION: 'eu-west-1' }), { endpoint: null, region: 'eu-west-1', credentials });
    assert.equal(parseS3Access({ AWS_ENDPOINT_URL: 'https://any.example.com/', AWS_ENDPOINT_URL_S3: 'https://s3.example.com' }).endpoint, 'https://s3.example.com');
    assert.deepEqual(parseS3Access({ S3_ENDPOINT: 'https://key:s3-hunter2@store.example.com/eyes', AWS_ENDPOINT_URL: 'https://any.example.com' }), { endpoint: 'https://store.example.com', region: 'us-east-1', credentials });
    assert.throws(() => parseS3Access({ AWS_ENDPOINT_URL: 's3-hunter2' }), (error: Error) => /AWS_ENDPOINT_URL: expected a URL/.test(error.message) && !error.message.includes('hunter2'));
  });
});
