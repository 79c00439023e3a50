import assert from 'node:assert/strict';
import { AppError, createErrorRecord, parseWith } from '@eyegazer/core';
import { z } from 'zod';

describe('the size of an error', () => {
  it('does not grow with a file that is wrong in a hundred thousand places', () => {
    const refuse = (): unknown => parseWith(z.array(z.string()), new Array<number>(100_000).fill(1));
    assert.throws(refuse, (error) => {
      assert.ok(error instanceof AppError);
      assert.match(error.message, /^\[0\]: expected text, got 1 \(and 99999 more\)$/);
      const issues = error.details?.['issues'];
      assert.ok(Array.isArray(issues));
      assert.equal(issues.length, 100);
      return true;
    });
  });

  it('does not grow with a name of a million letters, and keeps what it says first and last', () => {
    const name = 'n'.repeat(1_000_000);
    const { message, path } = createErrorRecord(new AppError('BAD_FILE', `tensor "${name}": expected a dtype. Download it again.`, { path: name }));
    assert.ok(message.length < 10_000 && (path?.length ?? 0) < 10_000);
    assert.match(message, /^tensor "n+ ... n+": expected a dtype\. Download it again\.$/);
    const short = 'x'.repeat(3000);
    assert.equal(createErrorRecord(new AppError('BAD_FILE', short)).message, short);
  });
});
