import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openBucketFolder } from '@eyegazer/platform';

describe('a prefix of a bucket that never ends', function () {
  this.timeout(60_000);
  let server: Server;
  let pages = 0;
  before(async () => {
    server = createServer((_request, response) => {
      const page = pages++;
      const contents = Array.from({ length: 1000 }, (_, i) => `<Contents><Key>photos/${page}-${i}.jpg</Key><ETag>&quot;0&quot;</ETag><Size>1</Size></Contents>`).join('');
      response.setHeader('content-type', 'application/xml');
      response.end(`<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>${page}</NextContinuationToken>${contents}</ListBucketResult>`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());

  it('is no model: it is not read to its end', async () => {
    const access = { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, region: 'us-east-1', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } };
    await assert.rejects(openBucketFolder('s3://eyes/photos', { access, signal: AbortSignal.timeout(30_000) }), { code: 'BAD_MODEL', message: /^s3:\/\/eyes\/photos\/ has more than 10000 files\. / });
    assert.ok(pages <= 12, `${pages} pages`);
  });
});
