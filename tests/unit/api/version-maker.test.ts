import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVersionMaker } from '@eyegazer/api';
import { AppError, curationSchema } from '@eyegazer/core';
import { addressStore } from '@eyegazer/platform';
import { silentLog } from '../../fixtures/silent-log.js';

describe('the maker of versions', function () {
  this.timeout(30_000);
  let home = '';
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'eyegazer-versions-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  it('lets only so many wait, and answers each of them', async () => {
    const maker = createVersionMaker({ store: addressStore({ kind: 'folder' }, { home, cacheLimitBytes: 1e6 }), roots: null, workFolder: home, log: silentLog });
    const job = { isStored: false, imagesId: 'a'.repeat(64), auditId: 'b'.repeat(64), curation: curationSchema.parse({}), source: null };
    const answers = await Promise.allSettled(Array.from({ length: 60 }, () => maker.make(job)));
    const codes = answers.map((answer) => (answer.status === 'rejected' && answer.reason instanceof AppError ? answer.reason.code : answer.status));
    // There is no such index; what counts is that it was looked for.
    assert.deepEqual(codes, [...Array.from({ length: 50 }, () => 'NOT_FOUND'), ...Array.from({ length: 10 }, () => 'TOO_MANY_REQUESTS')]);
    await assert.rejects(maker.make(job), { code: 'NOT_FOUND' });
    await maker.close();
  });
});
