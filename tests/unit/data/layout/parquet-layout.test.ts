import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLayout, type DataSource } from '@eyegazer/data';
import { createParquetWriter, type WrittenValue } from '@eyegazer/formats';
import { fixturePath } from '../../../fixture-path.js';
import { makeParquet } from '../../formats/hand-made-parquet.js';
import { find, labelsOf, problemsOf, refuses, splitsOf } from './found.js';
import { createMemorySource } from './memory-source.js';

interface Labelled {
  labelled: { names: string[]; images: { bytes: { base64: string }; path: string }[]; labels: number[] };
}
const byDatasets = readFileSync(fixturePath('parquet/labelled.parquet'));
const { labelled } = JSON.parse(readFileSync(fixturePath('parquet/values.json'), 'utf8')) as Labelled;
const byArrow = readFileSync(fixturePath('parquet/table-snappy.parquet'));

interface Row {
  path?: string | null;
  label?: number | string | null;
  text?: string;
}

/** A parquet file of images that are called what they are, in row groups of three. */
function write(rows: readonly Row[], { kind = 'integer', names }: { kind?: 'integer' | 'string'; names?: string[] } = {}): Uint8Array {
  const noted: Record<string, string> = names ? { huggingface: JSON.stringify({ info: { features: { label: { names, _type: 'ClassLabel' } } } }) } : {};
  const writer = createParquetWriter([{ name: 'image', kind: 'image' }, { name: 'label', kind }], noted);
  const values = rows.map(({ path = null, label = null, text }, i): Record<string, WrittenValue> => ({ image: { bytes: Buffer.from(text ?? `image ${path ?? i}`), path: path! }, label }));
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < values.length; at += 3) pieces.push(writer.writeGroup(values.slice(at, at + 3)));
  return Buffer.concat([...pieces, writer.finish()]);
}

describe('readLayout: parquet', () => {
  it('reads what the library datasets writes: names of the ClassLabel in its order, ids from paths, every byte', async () => {
    const found = await find({ 'data/train-00000-of-00001.parquet': byDatasets });
    assert.deepEqual([found.layout, found.labels, found.numeric, found.problems], ['parquet', labelled.names, false, []]);
    assert.deepEqual(labelsOf(found), Object.fromEntries(labelled.images.map((_, i) => [`eye.${i}`, labelled.names[labelled.labels[i]!]!])));
    for (const [i, image] of found.images.entries()) assert.equal(Buffer.from(await image.read()).toString('base64'), labelled.images[i]!.bytes.base64);
    assert.deepEqual(new Set(found.images.map(({ split }) => split)), new Set(['train']));
  });

  it('reads float, integer, text and boolean labels, lists NaN, and says which image has no bytes', async () => {
    const whole = await find({ 'a.parquet': byArrow }, { label: 'unsigned' }).catch((error: Error) => error.message);
    assert.match(String(whole), /found none\. a\.parquet row 1: expected a label that is a whole number from 0 to 999, got 4294967295/);
    const doubles = await find({ 'a.parquet': byArrow }, { label: 'double' });
    assert.deepEqual(labelsOf(doubles)['2'], '3');
    assert.match(doubles.problems.find(({ name }) => name === '3')!.message, /^a\.parquet row 4: expected a label.*got NaN/);
    const texts = await find({ 'a.parquet': byArrow }, { label: 'text', group: 'small' });
    assert.equal(texts.numeric, false);
    assert.deepEqual([labelsOf(texts)['0'], labelsOf(texts)['a-6'], texts.images.find(({ id }) => id === '0')?.group], ['réti0.na\u{1F441}', null, '-20']);
    assert.deepEqual(new Set((await find({ 'a.parquet': byArrow }, { label: 'flag' })).labels), new Set(['false', 'true']));
    const without = texts.images.find(({ id }) => id === '20')!;
    await assert.rejects(without.read(), { code: 'NOT_FOUND', message: /^a\.parquet row 21: expected the bytes of an image, got none/ });
    assert.deepEqual(problemsOf(texts), { double: 'unknown-column', flag: 'unknown-column', large: 'unknown-column', single: 'unknown-column', unsigned: 'unknown-column', words: 'unknown-column' });
  });

  it('takes splits from file names, unlabelled rows as to be predicted, and rows for ids where paths do not serve', async () => {
    const found = await find({
      'data/train-00000-of-00002.parquet': write([{ path: 'x/a.png', label: 0 }, { path: 'image.png', label: 1 }, { label: 1 }]),
      'data/train-00001-of-00002.parquet': write([{ path: 'image.png', label: 0 }, { path: 'a.b', label: 1 }]),
      'data/validation-00000-of-00001.parquet': write([{ path: 'C:\\eyes\\v.jpg', label: 1 }]),
      'data/test-00000-of-00001.parquet': write([{ path: 't.png', label: null }]),
    });
    assert.deepEqual(labelsOf(found), { 'a': '0', 'a.b': '1', 't': null, 'train-00000-of-00002-2': '1', 'train-00000-of-00002-3': '1', 'train-00001-of-00002-1': '0', 'v': '1' });
    assert.deepEqual(splitsOf(found), { 'a': 'train', 'a.b': 'train', 't': 'predict', 'train-00000-of-00002-2': 'train', 'train-00000-of-00002-3': 'train', 'train-00001-of-00002-1': 'train', 'v': 'eval' });
    assert.deepEqual(splitsOf(await find({ 'default/partial-train/0000.parquet': write([{ label: 0 }]), 'default/test/0000.parquet': write([{ label: 1 }]) })), { 'default__partial-train__0000-1': null, 'default__test__0000-1': 'eval' });
  });

  it('lists labels out of the range of the ClassLabel, -1 being none, and classes without images', async () => {
    const found = await find({ 'train.parquet': write([{ path: 'a', label: 1 }, { path: 'b', label: 3 }, { path: 'c', label: -1 }, { path: 'd', label: -2 }], { names: ['x', 'y', 'z'] }) });
    assert.deepEqual(labelsOf(found), { a: 'y', c: null });
    assert.deepEqual(problemsOf(found), { b: 'bad-label', d: 'bad-label', x: 'empty-class', z: 'empty-class' });
    assert.match(found.problems[0]!.message, /^train\.parquet row 2: expected a class id from 0 to 2 or one of x, y, z, got 3\.$/);
  });

  it('lists numbers mixed into texts', async () => {
    const found = await find({ 'train.parquet': write([{ path: 'a', label: 'no' }, { path: 'b', label: '7' }, { path: 'c', label: 'yes' }], { kind: 'string' }) });
    assert.deepEqual([found.labels, problemsOf(found)], [['no', 'yes'], { b: 'bad-label' }]);
  });

  it('refuses files of another schema, showing it, and files that are none', async () => {
    const other = createParquetWriter([{ name: 'text', kind: 'string' }, { name: 'label', kind: 'integer' }], {});
    const text = Buffer.concat([other.writeGroup([{ text: 'a', label: 1 }]), other.finish()]);
    await refuses({ 'data/train.parquet': text }, { message: /^data\/train\.parquet: expected a column image that is a struct \{bytes, path\}.*got text \(string\), label \(integer\)/ });
    await refuses({ 'a.parquet': byDatasets }, { message: /^a\.parquet: expected a column photo that is a struct.*columns\.image/, columns: { image: 'photo' } });
    await refuses({ 'a.parquet': byArrow }, { message: /^a\.parquet: expected a column label, got text, small, .*columns\.label/ });
    await refuses({ 'a.parquet': byArrow }, { message: /^a\.parquet: expected the column words to hold numbers or texts/, columns: { label: 'words' } });
    await refuses({ 'a.parquet': 'id,label\n1,2\n' }, { code: 'BAD_FILE', message: /^a\.parquet: expected a parquet file that is whole/ });
    const source = createMemorySource({ 'a.parquet': byDatasets, 'b.parquet': text });
    await assert.rejects(readLayout(source, { columns: {} }), { code: 'BAD_DATASET' });
    assert.equal(source.opened.size, 0, 'files stay open');
  });

  it('refuses more rows than fit in memory, whatever number of files they are in', async () => {
    const many = makeParquet({ type: 'int64', rows: 900_000, page: Buffer.alloc(8) });
    const few = write([{ label: 0 }]);
    await refuses({ 'a.parquet': many }, { message: /^a\.parquet: expected a column image/ });
    await refuses({ 'a.parquet': few, 'b.parquet': makeParquet({ type: 'int64', rows: 2_000_000, page: Buffer.alloc(8) }) }, { code: 'TOO_LARGE', message: /^b\.parquet: expected at most 2000000 rows in all parquet files, got 2000001 up to this one/ });
  });

  it('unpacks each row group about once, in any order of ids, and leaves nothing behind', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ path: `${(i * 37) % 60}.png`.padStart(6, '0'), label: i % 2 }));
    const folder = mkdtempSync(join(tmpdir(), 'eyegazer-parquet-'));
    try {
      for (const workFolder of [folder, undefined]) {
        const memory = createMemorySource({ 'train.parquet': write(rows) });
        let reads = 0;
        const source: DataSource = {
          ...memory,
          openFile: async (path) => {
            const file = await memory.openFile(path);
            return { ...file, read: (start, end) => (reads++, file.read(start, end)) };
          },
        };
        const found = await readLayout(source, { columns: {}, ...(workFolder && { workFolder }) });
        reads = 0;
        const bytes = await Promise.all(found.images.map((image) => image.read()));
        assert.deepEqual(bytes.map((image) => Buffer.from(image).toString()), found.images.map(({ id }) => `image ${id}.png`));
        assert.deepEqual(Buffer.from(await found.images[7]!.read()).toString(), `image ${found.images[7]!.id}.png`);
        if (workFolder !== undefined) assert.equal(reads, 20);
        assert.deepEqual(readdirSync(folder), []);
        await found.close?.();
        assert.equal(memory.opened.size, 0);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
