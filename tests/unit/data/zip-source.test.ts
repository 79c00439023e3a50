import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { maxImageBytes, openFolderSource, openZipSource } from '@eyegazer/data';
import { createZip } from '../../fixtures/zip-archive.js';
import { pathsOf, readEveryWay, useSourceFolder } from './source-world.js';

/** Made by somebody else's program. */
const pythonZip = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w') as archive:
    for i, name in enumerate(sys.argv[3:]):
        archive.write(sys.argv[1] + '/' + name, name, compress_type=zipfile.ZIP_DEFLATED if i % 2 else zipfile.ZIP_STORED)
`;

describe('a zip archive as a source', () => {
  const world = useSourceFolder();
  const text = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => 97 + ((i * i) % 23)));

  it('has the same list and the same bytes as the folder that Python packed', async () => {
    const names = ['z.csv', 'train_images/ä.png', 'train_images/a.png', 'train_images/B.png', 'empty.csv'];
    for (const [i, name] of names.entries()) world.write(`eyes/${name}`, text(i * 150_001));
    const folder = join(world.path, 'eyes');
    execFileSync('/usr/bin/python3', ['-c', pythonZip, folder, join(world.path, 'eyes.zip'), ...names]);
    const [zip, expected] = [await openZipSource({ file: join(world.path, 'eyes.zip'), name: 'eyes.zip', workFolder: world.workFolder }), await openFolderSource({ folder, roots: null })];
    const list = (files: typeof zip.files) => files.map(({ path, byteLength }) => [path, byteLength]);
    assert.deepEqual(list(zip.files), list(expected.files));
    for (const { path } of zip.files) {
      const [bytes] = await readEveryWay(expected, path);
      for (const read of await readEveryWay(zip, path)) assert.deepEqual(read, bytes, path);
    }
    assert.deepEqual(readdirSync(world.workFolder), []);
    await zip.close();
  });

  it('is sorted, unwrapped and without junk, whatever its order', async () => {
    const source = await world.openZip([
      { name: 'aptos/' },
      { name: 'aptos/z.csv' },
      { name: 'aptos/train_images/', unixMode: 0o040755 },
      { name: 'aptos/train_images/b.png', unixMode: 0o100644 },
      { name: 'aptos/train_images/a.png' },
      { name: '__MACOSX/aptos/._z.csv' },
      { name: 'aptos/.DS_Store' },
    ]);
    assert.deepEqual(pathsOf(source), ['train_images/a.png', 'train_images/b.png', 'z.csv']);
    await source.close();
  });

  it('keeps nothing on disk of a file that was inflated to be read here and there', async () => {
    const source = await world.openZip([{ name: 'x.parquet', bytes: text(500_000), isDeflated: true }]);
    const file = await source.openFile('x.parquet');
    assert.deepEqual(readdirSync(world.workFolder), []);
    assert.deepEqual(Buffer.from(await file.read(400_000, 400_010)), text(500_000).subarray(400_000, 400_010));
    await file.close();
    await source.close();
  });

  it('has another fingerprint when a file in it is another', async () => {
    const fingerprint = async (bytes: string): Promise<string> => {
      const source = await world.openZip([{ name: 'a.csv', bytes: Buffer.from(bytes) }]);
      await source.close();
      return source.fingerprint;
    };
    assert.equal(await fingerprint('one'), await fingerprint('one'));
    assert.notEqual(await fingerprint('one'), await fingerprint('two'));
  });

  it('opens an archive with a comment, and one with nothing in it', async () => {
    const plain = createZip([{ name: 'a.csv', bytes: text(100) }]);
    const withComment = Buffer.concat([plain, Buffer.from('made by hand')]);
    withComment.writeUInt16LE(12, plain.byteLength - 2);
    const source = await world.openZip(withComment);
    assert.deepEqual(Buffer.from(await source.readFile('a.csv')), text(100));
    await source.close();
    const empty = await world.openZip([]);
    assert.deepEqual(empty.files, []);
    await empty.close();
  });

  it('reads no file whole that is larger than an image may be, and streams it', async () => {
    const source = await world.openZip([{ name: 'a.csv', bytes: Buffer.alloc(maxImageBytes + 1) }]);
    await assert.rejects(source.readFile('a.csv'), { code: 'TOO_LARGE' });
    let byteLength = 0;
    for await (const bytes of source.streamFile('a.csv')) byteLength += bytes.byteLength;
    assert.equal(byteLength, maxImageBytes + 1);
    await source.close();
  });
});
