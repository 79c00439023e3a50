import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { maxImageBytes, openFolderSource, openPathSource } from '@eyegazer/data';
import { pathsOf, readEveryWay, useSourceFolder } from './source-world.js';

describe('a folder as a source', () => {
  const world = useSourceFolder();
  const open = (folder: string, roots: string[] | null = null) => openFolderSource({ folder: join(world.path, folder), roots });

  it('lists all files below it in the order of code units, and leaves out what nobody means', async () => {
    for (const path of ['b.csv', 'a/2.png', 'a/10.png', 'a/B.png', 'Z/ä.png', 'Z/\u{1F441}.png', 'Z/\uFF5E.png', '.git/config', 'a/.DS_Store', '__MACOSX/a/2.png', 'a/Thumbs.db', 'desktop.ini']) world.write(`eyes/${path}`);
    const source = await open('eyes');
    assert.deepEqual(pathsOf(source), ['Z/ä.png', 'Z/\u{1F441}.png', 'Z/\uFF5E.png', 'a/10.png', 'a/2.png', 'a/B.png', 'b.csv']);
    assert.deepEqual(source.problems, []);
    assert.equal(source.name, join(world.path, 'eyes'));
  });

  it('gives the bytes of a file whole, in pieces and from anywhere', async () => {
    const bytes = Buffer.from(Array.from({ length: 700_001 }, (_, i) => (i * 7) ^ (i >> 9)));
    world.write('eyes/x.bin', bytes);
    world.write('eyes/empty.csv', '');
    const source = await open('eyes');
    for (const read of await readEveryWay(source, 'x.bin')) assert.deepEqual(read, bytes);
    for (const read of await readEveryWay(source, 'empty.csv')) assert.equal(read.byteLength, 0);
    await assert.rejects(source.readFile('y.bin'), { code: 'NOT_FOUND', message: `Expected a file y.bin in ${join(world.path, 'eyes')}, found none.` });
    await assert.rejects(source.readFile('../work'), { code: 'NOT_FOUND' });
    const file = await source.openFile('x.bin');
    await assert.rejects(file.read(700_000, 700_002), { code: 'BAD_FILE', message: /^x\.bin ends at byte 700001, expected it to go on to 700002/ });
    await file.close();
  });

  it('takes off folders that only wrap everything, but none that means something', async () => {
    world.write('a/kaggle/aptos/train.csv');
    world.write('a/kaggle/aptos/train_images/x.png');
    world.write('a/__MACOSX/junk');
    assert.deepEqual(pathsOf(await open('a')), ['train.csv', 'train_images/x.png']);
    assert.equal(Buffer.from(await (await open('a')).readFile('train.csv')).toString(), 'a/kaggle/aptos/train.csv');
    world.write('b/train/cats/x.png');
    world.write('b/train/dogs/x.png');
    assert.deepEqual(pathsOf(await open('b')), ['train/cats/x.png', 'train/dogs/x.png']);
    world.write('c/eyes/x.png');
    world.write('c/README.md');
    assert.deepEqual(pathsOf(await open('c')), ['README.md', 'eyes/x.png']);
  });

  it('has another fingerprint when any file is another', async () => {
    const file = world.write('eyes/a.png');
    world.write('eyes/b.png');
    const first = (await open('eyes')).fingerprint;
    assert.equal((await open('eyes')).fingerprint, first);
    utimesSync(file, new Date(), new Date(Date.now() - 5000));
    const second = (await open('eyes')).fingerprint;
    assert.notEqual(second, first);
    appendFileSync(file, 'more');
    const third = (await open('eyes')).fingerprint;
    assert.notEqual(third, second);
    rmSync(file);
    assert.notEqual((await open('eyes')).fingerprint, third);
  });

  it('follows a link to a file inside, and refuses one that leads out, by its name', async () => {
    world.write('eyes/pool/a.png', 'pixels');
    world.write('eyes/labels.csv');
    mkdirSync(join(world.path, 'eyes/cats'));
    symlinkSync('../pool/a.png', join(world.path, 'eyes/cats/a.png'));
    symlinkSync('pool', join(world.path, 'eyes/again'));
    symlinkSync('..', join(world.path, 'eyes/cats/up'));
    symlinkSync('nowhere', join(world.path, 'eyes/broken.png'));
    const source = await open('eyes');
    assert.deepEqual(pathsOf(source), ['cats/a.png', 'labels.csv', 'pool/a.png']);
    assert.equal(Buffer.from(await source.readFile('cats/a.png')).toString(), 'pixels');
    assert.deepEqual(source.problems.map(({ kind, message }) => [kind, message]), [
      ['ignored-file', 'again is passed over: it is a link to a folder, which is listed where it is.'],
      ['ignored-file', 'broken.png is passed over: it is a link to nothing.'],
      ['ignored-file', 'cats/up is passed over: it is a link to a folder, which is listed where it is.'],
    ]);
    const outside = world.write('secret.txt', 'secret');
    symlinkSync(outside, join(world.path, 'eyes/cats/b.png'));
    await assert.rejects(open('eyes'), { code: 'FORBIDDEN', message: /^cats\/b\.png is a link that leaves the dataset folder\. / });
  });

  it('looks again where a path leads when it is read', async () => {
    const file = world.write('eyes/a.png', 'pixels');
    world.write('eyes/b.png', 'pixels');
    const source = await open('eyes');
    rmSync(file);
    symlinkSync(world.write('secret.txt', 'secret'), file);
    await assert.rejects(source.readFile('a.png'), { code: 'FORBIDDEN', message: /^a\.png is a link that leaves/ });
    writeFileSync(join(world.path, 'eyes/b.png'), 'other pixels');
    await assert.rejects(source.readFile('b.png'), { code: 'BAD_FILE', message: /^b\.png has changed since the folder was listed: expected a file of 6 bytes, got 12\.$/ });
  });

  it('passes over pipes and names that no archive could have', async () => {
    world.write('eyes/a.png');
    writeFileSync(join(world.path, 'eyes/b\\c.png'), '');
    writeFileSync(join(world.path, 'eyes/new\nline.png'), '');
    writeFileSync(Buffer.concat([Buffer.from(join(world.path, 'eyes/')), Buffer.from([0xff, 0xfe]), Buffer.from('.png')]), '');
    execFileSync('mkfifo', [join(world.path, 'eyes/pipe')]);
    const source = await open('eyes');
    assert.deepEqual(pathsOf(source), ['a.png']);
    assert.deepEqual(source.problems.map(({ kind, name }) => [kind, name]), [['unsafe-path', 'b\\c.png'], ['unsafe-path', 'new\nline.png'], ['ignored-file', 'pipe'], ['unsafe-path', '\uFFFD\uFFFD.png']]);
  });

  it('is not opened outside the roots, nor where there is no folder', async () => {
    world.write('eyes/a.png');
    world.write('other/a.png');
    assert.equal((await open('eyes', [join(world.path, 'eyes')])).files.length, 1);
    symlinkSync(join(world.path, 'other'), join(world.path, 'eyes/way-out'));
    for (const folder of ['other', 'eyes/../other', 'eyes/way-out', 'eyes2', 'missing']) await assert.rejects(open(folder, [join(world.path, 'eyes')]), { code: 'FORBIDDEN', path: 'source.uri' }, folder);
    await assert.rejects(open('missing'), { code: 'BAD_DATASET', message: /^Expected a dataset folder at .*missing, but it cannot be opened \(ENOENT\)/ });
    await assert.rejects(open('eyes/a.png'), { code: 'BAD_DATASET', message: /^Expected a dataset folder at .*a\.png, got a file\.$/ });
  });

  it('is found by its path as a zip file is', async () => {
    world.write('eyes/a.png');
    await world.openZip([{ name: 'a.png', bytes: Buffer.from('eyes/a.png') }]).then((source) => source.close());
    const { workFolder } = world;
    const folder = await openPathSource({ path: join(world.path, 'eyes'), roots: null, workFolder });
    const zip = await openPathSource({ path: join(world.path, 'eyes.zip'), roots: [world.path], workFolder });
    assert.deepEqual(pathsOf(zip), pathsOf(folder));
    assert.deepEqual(await zip.readFile('a.png'), await folder.readFile('a.png'));
    await zip.close();
    await assert.rejects(openPathSource({ path: join(world.path, 'eyes.zip'), roots: [join(world.path, 'eyes')], workFolder }), { code: 'FORBIDDEN' });
  });

  it('reads no file whole that is larger than an image may be', async () => {
    world.write('eyes/a.csv', Buffer.alloc(maxImageBytes + 1));
    const source = await open('eyes');
    await assert.rejects(source.readFile('a.csv'), { code: 'TOO_LARGE', message: /^Expected a\.csv to have at most \d+ bytes, got \d+\.$/ });
    let byteLength = 0;
    for await (const bytes of source.streamFile('a.csv')) byteLength += bytes.byteLength;
    assert.equal(byteLength, maxImageBytes + 1);
  });
});
