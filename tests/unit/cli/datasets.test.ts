import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPaint, createUploadMemory, findImportSource, formatAudit, parseClasses, readChoices, type ChoiceOptions } from '@eyegazer/cli';
import { curationSchema, type DatasetAudit, type DuplicateGroupWire } from '@eyegazer/core';

const plain = { columns: 80, width: 80, paint: createPaint(false) };

describe('command line: choices', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eyegazer-choices-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const before = curationSchema.parse({ duplicates: 'keepOne', split: { kind: 'stratified', holdout: 0.2, seed: 7 } });
  const read = (options: ChoiceOptions, from = before) => readChoices(options, { before: from, serverPath: (path) => `/server/${path}` });

  it('names classes and merges labels', () => {
    assert.deepEqual(parseClasses('no DR=0,DR=1+2+3+4'), [{ name: 'no DR', labels: ['0'] }, { name: 'DR', labels: ['1', '2', '3', '4'] }]);
    assert.deepEqual(parseClasses(' cats , dogs = dog + puppy '), [{ name: 'cats', labels: ['cats'] }, { name: 'dogs', labels: ['dog', 'puppy'] }]);
    for (const text of ['', 'one', 'a=1,', 'a=1=2,b=3', 'a=1+,b', '=1,b=2']) assert.throws(() => parseClasses(text), /Expected/, text);
  });

  it('change what is said, and leave the rest as it was', async () => {
    assert.deepEqual(await read({}), before);
    assert.deepEqual(await read({ conflicts: 'dropGroup' }), { ...before, conflicts: 'dropGroup' });
    assert.deepEqual((await read({ seed: 8 })).split, { kind: 'stratified', holdout: 0.2, seed: 8 });
    assert.deepEqual((await read({ holdout: 0.5 })).split, { kind: 'stratified', holdout: 0.5, seed: 7 });
    assert.deepEqual((await read({ fold: 2 })).split, { kind: 'kfold', folds: 5, fold: 2, seed: 42 });
    assert.deepEqual((await read({ split: 'given' })).split, { kind: 'given' });
    assert.deepEqual((await read({ holdoutList: 'out.csv' })).split, { kind: 'list', file: '/server/out.csv' });
    assert.equal((await read({ ordinal: false })).ordinal, false);
  });

  it('refuse what contradicts itself', async () => {
    await assert.rejects(read({ split: 'given', holdout: 0.2 }), { code: 'BAD_REQUEST', message: '--holdout: expected it with another split than given. Leave it out, or say --split stratified.' });
    await assert.rejects(read({ split: 'stratified', folds: 3 }), { message: /--folds: expected it with another split than stratified.*--split kfold/ });
    await assert.rejects(read({ seed: 3 }, curationSchema.parse({ split: { kind: 'given' } })), { message: /--seed: .*than given/ });
    await assert.rejects(read({ folds: 3, fold: 3 }), { code: 'BAD_REQUEST', message: /^split\.fold: expected a fold from 0 to 2, got 3/ });
  });

  it('come from a file, which the flags go before', async () => {
    const file = join(folder, 'choices.yaml');
    writeFileSync(file, 'classes:\n  - {name: healthy, labels: ["0"]}\n  - {name: ill, labels: ["1", "2"]}\nconflicts: dropGroup\nsplit: {kind: kfold, fold: 1}\n');
    const choices = await read({ file, conflicts: 'keepOne' });
    assert.deepEqual(choices, {
      classes: [{ name: 'healthy', labels: ['0'] }, { name: 'ill', labels: ['1', '2'] }],
      ordinal: null,
      duplicates: 'keepAll',
      conflicts: 'keepOne',
      split: { kind: 'kfold', folds: 5, fold: 1, seed: 42 },
    });
    writeFileSync(file, JSON.stringify(choices));
    assert.deepEqual(await read({ file }), choices);
    writeFileSync(file, 'duplicate: keepOne\n');
    await assert.rejects(read({ file }), { code: 'BAD_CONFIG', message: new RegExp(`^${file}: .*duplicate`) });
    writeFileSync(file, 'split: [\n');
    await assert.rejects(read({ file }), { code: 'BAD_CONFIG', message: new RegExp(`^${file}: `) });
    await assert.rejects(read({ file: join(folder, 'missing.yaml') }), { code: 'BAD_REQUEST', message: /missing\.yaml cannot be read: there is no such file\.$/ });
  });

  it('know what is sent and what the server reads', async () => {
    const zip = join(folder, 'eyes.ZIP');
    writeFileSync(zip, 'x');
    mkdirSync(join(folder, 'eyes'));
    const [near, far] = ['http://127.0.0.1:4400', 'https://eyes.example'];
    assert.deepEqual(await findImportSource(zip, far), { kind: 'file', path: zip, byteLength: 1 });
    assert.deepEqual(await findImportSource('s3://eyes/aptos', far), { kind: 's3', uri: 's3://eyes/aptos' });
    assert.deepEqual(await findImportSource('/data/there.zip', far), { kind: 'path', uri: '/data/there.zip' });
    assert.deepEqual(await findImportSource(join(folder, 'eyes'), near), { kind: 'path', uri: join(folder, 'eyes') });
    await assert.rejects(findImportSource('tests', far), { code: 'BAD_REQUEST', message: /^tests is a folder of this machine, and https:\/\/eyes\.example is another one\. Pack it into a zip file and give that: it is sent\.$/ });
    await assert.rejects(findImportSource('nowhere', far), { code: 'BAD_REQUEST', message: /expected an absolute path/ });
  });

  it('note uploads where only their owner reads, and forget what cannot be read', async () => {
    const memory = createUploadMemory({ XDG_CONFIG_HOME: folder });
    const upload = { size: 5, metadata: { filename: 'a.zip' }, creationTime: new Date().toString(), uploadUrl: 'http://x/api/uploads/1', parallelUploadUrls: null, urlStorageKey: '' };
    const key = await memory.addUpload('print', upload);
    await memory.addUpload('print', { ...upload, creationTime: new Date(Date.now() - 8 * 24 * 3_600_000).toString() });
    const file = join(folder, 'eyegazer', 'uploads.json');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual((await memory.findUploadsByFingerprint('print')).map(({ urlStorageKey, uploadUrl }) => [urlStorageKey, uploadUrl]), [[key, 'http://x/api/uploads/1']]);
    assert.deepEqual(await memory.findUploadsByFingerprint('other'), []);
    await memory.removeUpload(key);
    assert.deepEqual(await memory.findAllUploads(), []);
    writeFileSync(file, '{"broken"');
    assert.deepEqual(await memory.findAllUploads(), []);
    await memory.addUpload('print', upload);
    assert.equal((JSON.parse(readFileSync(file, 'utf8')) as unknown[]).length, 1);
  });
});

describe('command line: an audit', () => {
  const audit: DatasetAudit = {
    format: 'eyegazer-audit/1',
    sampleCount: 961,
    labelledCount: 900,
    labels: ['0', '1'],
    labelCounts: [630, 270],
    imbalance: 2.333,
    sizes: [{ width: 224, height: 224, count: 950 }, { width: 640, height: 480, count: 11 }],
    sizeCount: 2,
    shorterEdge: { edges: [0, 1], counts: [1] },
    aspectRatio: { edges: [0, 1], counts: [1] },
    exact: { groups: 2, images: 5, conflicting: 1 },
    near: { groups: 0, images: 0, conflicting: 0, distance: 4 },
    blank: { count: 0, ids: [] },
    tiny: { count: 0, ids: [] },
    dark: { count: 7, ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    probe: { qwk: 0.41, accuracy: 0.55, majority: 0.51, folds: 5, parts: [{ name: 'colour', qwk: 0.38 }, { name: 'border', qwk: 0.2 }, { name: 'size', qwk: 0 }] },
  };
  const image = (id: string, label: string | null) => ({ id, label, width: 1, height: 1, image: '' });
  const conflict: DuplicateGroupWire = { kind: 'exact', conflicting: true, imageCount: 2, images: [image('a\u001b[31m', '0'), image('b', '1')] };

  it('says what was found and what it means, in 80 columns', () => {
    const lines = formatAudit({ name: 'eyes', audit, conflicts: [conflict] }, plain);
    assert.deepEqual(lines, [
      'eyes: 961 images, 61 of them without a label',
      '',
      'LABEL  IMAGES   SHARE',
      '0         630  70.0 %',
      '1         270  30.0 %',
      '',
      'largest class    2.3 times the smallest',
      'sizes            224 x 224 (950), 640 x 480 (11)',
      'same pixels      2 groups of 5 images, 1 of them with different labels',
      'nearly the same  none',
      'dark             7 (a, b, c, d, e, ...)',
      'look alone       QWK 0.41 by colour (0.38), border (0.20), size (0.00); accuracy',
      '                 55 %, always the largest class 51 %',
      '',
      ...lines.slice(14, -3),
      '',
      'Same pixels, different labels:',
      '  a?[31m is 0, b is 1',
    ]);
    assert.match(lines.slice(14, -3).join(' '), /^A strong shortcut\. Cameras leak labels here: .* test on images of another camera\.$/);
    assert.ok(lines.every((line) => line.length <= 80));
  });

  it('says what could not be tried', () => {
    const text = formatAudit({ name: 'eyes', audit: { ...audit, probe: null, imbalance: null, exact: { groups: 0, images: 0, conflicting: 0 } }, conflicts: [] }, plain).join('\n');
    assert.match(text, /look alone +not tried: there are too few labelled images/);
    assert.match(text, /largest class +one class has no images/);
    assert.doesNotMatch(text, /different labels/);
  });
});
