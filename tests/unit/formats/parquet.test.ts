import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { AppError, type ErrorCode } from '@eyegazer/core';
import { createParquetWriter, openParquet, type ParquetBytes, type ParquetFile } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

type Plain = { base64: string } | string | number | boolean | null;
interface Values {
  table: Record<string, (Plain | Record<string, Plain>)[]>;
  labelled: { names: string[]; images: { bytes: { base64: string }; path: string }[]; labels: number[] };
}
const folder = fixturePath('parquet');
const values = JSON.parse(readFileSync(`${folder}/values.json`, 'utf8')) as Values;

export function bytesOf(content: Uint8Array): ParquetBytes & { readonly reads: [number, number][] } {
  const reads: [number, number][] = [];
  return {
    byteLength: content.byteLength,
    reads,
    read: (start, end) => {
      reads.push([start, end]);
      return Promise.resolve(content.slice(start, end));
    },
  };
}

async function readColumn(file: ParquetFile, path: string): Promise<unknown[]> {
  const leaf = file.leaves.find((found) => found.path.join('.') === path);
  assert.ok(leaf, path);
  const all: unknown[] = [];
  for (const group of file.groupRows.keys()) all.push(...(await file.readLeaf(leaf, group)));
  return all.map((value) => (typeof value === 'bigint' ? Number(value) : value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : Number.isNaN(value) ? 'NaN' : value));
}

async function refuses(content: Uint8Array, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(
    async () => {
      const file = await openParquet(bytesOf(content), 'data/x.parquet');
      for (const leaf of file.leaves) if (leaf.kind !== 'other') for (const group of file.groupRows.keys()) await file.readLeaf(leaf, group);
    },
    (error) => {
      assert.ok(error instanceof AppError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    },
  );
}

describe('openParquet', () => {
  it('reads categories, of which a row group may have fewer rows than there are', async () => {
    const file = await openParquet(bytesOf(readFileSync(`${folder}/categories.parquet`)), 'categories.parquet');
    assert.deepEqual(file.groupRows, [3, 3, 1]);
    assert.deepEqual(await readColumn(file, 'grade'), ['none', 'mild', 'proliferative', 'moderate', 'severe', 'mild', 'none']);
  });

  for (const name of readdirSync(folder).filter((file) => file.startsWith('table-'))) {
    it(`reads every value that Arrow wrote in ${name}`, async () => {
      const file = await openParquet(bytesOf(readFileSync(`${folder}/${name}`)), name);
      assert.deepEqual(file.groupRows, [25, 25, 10]);
      const { image, ...flat } = values.table;
      for (const [column, expected] of Object.entries(flat)) assert.deepEqual(await readColumn(file, column), expected, column);
      const part = (key: string): unknown[] => image!.map((value) => (value as Record<string, Plain> | null)?.[key] ?? null);
      assert.deepEqual(await readColumn(file, 'image.bytes'), part('bytes'));
      assert.deepEqual(await readColumn(file, 'image.path'), part('path'));
      assert.deepEqual(file.leaves.map(({ kind }) => kind), ['string', 'integer', 'integer', 'integer', 'float', 'float', 'boolean', 'bytes', 'string', 'other']);
    });
  }

  it('reads what the library datasets writes, with the names of its ClassLabel', async () => {
    const file = await openParquet(bytesOf(readFileSync(`${folder}/labelled.parquet`)), 'labelled.parquet');
    const { names, images, labels } = values.labelled;
    assert.deepEqual(await readColumn(file, 'image.bytes'), images.map(({ bytes }) => bytes));
    assert.deepEqual(await readColumn(file, 'image.path'), images.map(({ path }) => path));
    assert.deepEqual(await readColumn(file, 'label'), labels);
    const noted = JSON.parse(file.keyValues.get('huggingface')!) as { info: { features: { label: { names: string[] } } } };
    assert.deepEqual(noted.info.features.label.names, names);
  });

  it('reads a column of a row group alone: no byte of the images for their paths', async () => {
    const bytes = bytesOf(readFileSync(`${folder}/table-none.parquet`));
    const file = await openParquet(bytes, 'x');
    const before = bytes.reads.length;
    await file.readLeaf(file.leaves.find(({ path }) => path.join('.') === 'image.path')!, 1);
    const read = bytes.reads.slice(before).reduce((sum, [start, end]) => sum + end - start, 0);
    assert.ok(read > 0 && read < 800, `${read} bytes`);
  });

  it('names the file when it is something else, cut short, or lies about its sizes', async () => {
    const whole = readFileSync(`${folder}/table-snappy.parquet`);
    await refuses(Buffer.from('id,label\n'), 'BAD_FILE', /^data\/x\.parquet: expected a parquet file that is whole, got a file of 9 bytes/);
    await refuses(Buffer.from('id,label\n1,2\n3,4\n5,6\n'), 'BAD_FILE', /does not end with PAR1/);
    await refuses(whole.subarray(0, whole.length - 1), 'BAD_FILE', /PAR1/);
    const footer = Buffer.from(whole);
    footer.writeUInt32LE(whole.length, whole.length - 8);
    await refuses(footer, 'BAD_FILE', /a footer of \d+ bytes in a file of/);
    const cut = Buffer.concat([whole.subarray(0, 4), Buffer.alloc(900), whole.subarray(904)]);
    await refuses(cut, 'BAD_FILE', /row group 0, column text: expected a parquet file that is whole/);
  });

  it('allocates nothing for a footer that claims billions of entries or nests without end', async () => {
    const wrap = (footer: Buffer): Buffer => {
      const end = Buffer.alloc(8, 'PAR1');
      end.writeUInt32LE(footer.length, 0);
      end.write('PAR1', 4);
      return Buffer.concat([Buffer.from('PAR1'), footer, end]);
    };
    const list = Buffer.from([0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07]); // field 2: a list of 2^31 - 1 structs
    await refuses(wrap(list), 'BAD_FILE', /a list of 2147483647 entries in 8 bytes/);
    await refuses(wrap(Buffer.alloc(100_000, 0x1c)), 'BAD_FILE', /structs nested more than 32 deep/);
    await refuses(wrap(Buffer.alloc(50, 0xff)), 'BAD_FILE', /got an? /);
  });
});

describe('createParquetWriter', () => {
  it('writes what the reader reads: images, integers and texts, any of them null, in row groups', async () => {
    const rows = [
      { image: { bytes: Buffer.from('eins'), path: 'a.png' }, label: 3, text: 'é\u{1F441}' },
      { image: null, label: null, text: null },
      { image: { bytes: Buffer.alloc(0), path: '' }, label: -1, text: '' },
    ];
    const writer = createParquetWriter([{ name: 'image', kind: 'image' }, { name: 'label', kind: 'integer' }, { name: 'text', kind: 'string' }], { note: 'é' });
    const file = await openParquet(bytesOf(Buffer.concat([writer.writeGroup(rows), writer.writeGroup(rows.slice(0, 1)), writer.finish()])), 'x');
    assert.deepEqual(file.groupRows, [3, 1]);
    assert.equal(file.keyValues.get('note'), 'é');
    assert.deepEqual(await readColumn(file, 'image.bytes'), [{ base64: 'ZWlucw==' }, null, { base64: '' }, { base64: 'ZWlucw==' }]);
    assert.deepEqual(await readColumn(file, 'image.path'), ['a.png', null, '', 'a.png']);
    assert.deepEqual(await readColumn(file, 'label'), [3, null, -1, 3]);
    assert.deepEqual(await readColumn(file, 'text'), ['é\u{1F441}', null, '', 'é\u{1F441}']);
  });
});
