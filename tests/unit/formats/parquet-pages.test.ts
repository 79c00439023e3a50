import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { openParquet } from '@eyegazer/formats';
import { i32, makeParquet, type HandMadeColumn } from './hand-made-parquet.js';
import { bytesOf } from './parquet.test.js';

async function read(column: HandMadeColumn): Promise<unknown[]> {
  const file = await openParquet(bytesOf(makeParquet(column)), 'data/x.parquet');
  return file.readLeaf(file.leaves[0]!, 0);
}

async function refuses(column: HandMadeColumn, message: RegExp): Promise<void> {
  await assert.rejects(read(column), (error: Error & { code?: string }) => {
    assert.match(error.message, message);
    assert.equal(error.code, 'BAD_FILE');
    return true;
  });
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value)]);

/** What this reader understands by a page and what the decoder behind it does must be the same. */
describe('pages that read in two ways', () => {
  it('reads such files where nothing is wrong with them', async () => {
    const ids = Buffer.alloc(16);
    ids.writeBigInt64LE(7n);
    assert.deepEqual(await read({ type: 'int64', rows: 2, page: ids }), [7n, 0n]);
    const texts = Buffer.concat([text('no'), text('yes')]);
    assert.deepEqual(await read({ type: 'text', rows: 2, page: texts }), ['no', 'yes']);
    assert.deepEqual(await read({ type: 'text', rows: 2, page: gzipSync(texts), pageBytes: texts.length, codec: 'gzip' }), ['no', 'yes']);
    assert.deepEqual(await read({ type: 'boolean', rows: 10, encoding: 'runs', page: Buffer.concat([uint32(2), Buffer.from([20, 1])]) }), Array<boolean>(10).fill(true));
    const levels = Buffer.concat([uint32(2), Buffer.from([2 << 1, 1])]);
    assert.deepEqual(await read({ type: 'text', rows: 2, isOptional: true, page: Buffer.concat([levels, texts]) }), ['no', 'yes']);
  });

  it('refuses a run whose length is written in more bytes than a number has', async () => {
    // The decoder shifts by 7 bits for each byte, modulo 32: the last one says 131,072 values.
    const run = Buffer.concat([Buffer.alloc(148, 0x80), Buffer.from([0x40, 1]), Buffer.alloc(50)]);
    await refuses({ type: 'text', rows: 2, isOptional: true, page: Buffer.concat([uint32(run.length), run]) }, /column label: .*a run without end/);
  });

  it('refuses a field whose id is another one in 32 bits', async () => {
    const ids = Buffer.alloc(16);
    await refuses({ type: 'int64', rows: 2, page: ids, more: [i32(2 ** 32 + 1, 1)] }, /column label: .*a field with the id 4294967297/);
    await refuses({ type: 'int64', rows: 2, page: ids, more: [i32(0, 1)] }, /a field with the id 0/);
  });

  it('refuses runs where the decoder would look for a dictionary, and the other way round', async () => {
    const runs = [20, 1, 0, 0, 0, 0, 0, 0];
    await refuses({ type: 'boolean', rows: 10, encoding: 'dictionary', page: Buffer.from([1, ...runs]) }, /column label: .*a dictionary of yes and no/);
    await refuses({ type: 'int64', rows: 10, encoding: 'runs', page: Buffer.from([2, 0, 0, 0, ...runs]) }, /column label: .*runs of values of the type INT64/);
  });

  it('reads past pages without values, but not past any number of them', async () => {
    assert.deepEqual(await read({ type: 'int64', rows: 1, page: Buffer.alloc(8), emptyPages: 900 }), [0n]);
    await refuses({ type: 'int64', rows: 1, page: Buffer.alloc(8), emptyPages: 2000 }, /column label: .*more than 1001 pages for 1 rows/);
  });

  it('shows nothing of the memory around a page to a text that is longer than it', async () => {
    for (const beyond of [1, 40, 8000]) {
      const page = Buffer.concat([uint32(2 + beyond), Buffer.from('no')]);
      await refuses({ type: 'text', rows: 1, page: gzipSync(page), pageBytes: page.length, codec: 'gzip' }, /column label: expected a parquet file that is whole/);
    }
  });
});
