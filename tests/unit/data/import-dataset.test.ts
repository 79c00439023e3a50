import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError, type ErrorCode, type ImportProgress, type SplitConfig } from '@eyegazer/core';
import { loadDatasetVersion, loadDuplicateGroups, loadImageIndex, type ImportedDataset } from '@eyegazer/data';
import { importFolder, type ImportFolderOptions } from '../../fixtures/import-folder.js';
import { createAptosFolder, plainPng, type AptosFixture } from './aptos-folder.js';
import { createTemporaryStore, type TemporaryStore } from './temporary-store.js';

const labels = { a1: '0', a2: '0', a3: '0', b1: '1.0', b2: '1', b3: '1.', c1: '2' };
const stratified: SplitConfig = { kind: 'stratified', holdout: 0.34, seed: 1 };

describe('importDataset', function () {
  this.timeout(20_000);
  let aptos: AptosFixture;
  let store: TemporaryStore;
  beforeEach(async () => {
    aptos = await createAptosFolder(labels);
    store = createTemporaryStore();
  });
  afterEach(() => {
    aptos.dispose();
    store.dispose();
  });

  const importIt = ({ folder = aptos.folder, ...changes }: Partial<ImportFolderOptions> & { folder?: string } = {}): Promise<ImportedDataset> => importFolder(folder, { split: stratified, store, ...changes });
  const refuses = async (code: ErrorCode, message: RegExp, changes: Parameters<typeof importIt>[0] = {}): Promise<void> => {
    await assert.rejects(importIt(changes), (error) => {
      assert.ok(error instanceof AppError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  };

  it('reads labels written as 1, 1.0 and 1. as class 1, and gives back every byte', async () => {
    const { version: { contentId, classNames, counts }, report } = await importIt();
    assert.deepEqual(classNames, ['0', '1', '2']);
    assert.deepEqual(counts, { train: [2, 2, 1], eval: [1, 1, 0], predict: [0] });
    assert.equal(report.problemCount, 0);
    const version = await loadDatasetVersion({ contentId, store });
    const samples = [...version.train, ...version.eval];
    assert.deepEqual(Object.fromEntries(samples.map(({ id, label }) => [id, label])), { a1: 0, a2: 0, a3: 0, b1: 1, b2: 1, b3: 1, c1: 2 });
    for (const sample of samples) {
      assert.deepEqual(Buffer.from(await version.readImage(sample)), readFileSync(aptos.path(`train_images/${sample.id}.png`)));
      assert.deepEqual([sample.width, sample.height], [12, 10]);
    }
  });

  it('gives the same content id for the same input, another for another split, and stores nothing twice', async () => {
    const first = await importIt();
    const stored = store.names();
    assert.deepEqual(await importIt(), first);
    assert.deepEqual(store.names(), stored);
    const other = await importIt({ split: { ...stratified, seed: 2 } });
    assert.notEqual(other.version.contentId, first.version.contentId);
    assert.equal(other.images.imagesId, first.images.imagesId);
    assert.equal(store.names().length, stored.length + 1); // a manifest, the shard being the same
  });

  it('lists broken, missing, unlabelled and double images and bad labels by name, and goes on', async () => {
    const png = readFileSync(aptos.path('train_images/a1.png'));
    aptos.write('train_images/a1.png', png.subarray(0, png.length - 20));
    aptos.write('train_images/a2.png', 'this is no image');
    aptos.write('train_images/b1.png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    rmSync(aptos.path('train_images/b2.png'));
    aptos.write('train_images/stray.jpg', png);
    aptos.write('train_images/Thumbs.db', 'not looked at');
    aptos.write('train.csv', `${readFileSync(aptos.path('train.csv'), 'utf8')}a3,1\nd1,2.5\nd2,\nd3,-1\nd4,none\nc2,2\n`);
    aptos.write('train_images/c2.PNG', await plainPng(9));
    const { report, version: { counts } } = await importIt();
    const found = Object.fromEntries(report.problems.map(({ name, kind }) => [name, kind]));
    assert.deepEqual(found, {
      'train_images/a1.png': 'broken-image',
      'train_images/a2.png': 'broken-image',
      'train_images/b1.png': 'broken-image',
      b2: 'missing-image',
      a3: 'duplicate-id',
      d1: 'bad-label',
      d2: 'bad-label',
      d3: 'bad-label',
      d4: 'bad-label',
      'train_images/stray.jpg': 'unlabelled-image',
    });
    assert.equal(report.problemCount, 10);
    assert.deepEqual([counts.train[0]! + counts.eval[0]!, counts.train[1]! + counts.eval[1]!, counts.train[2]! + counts.eval[2]!], [1, 1, 2]);
    const message = (name: string): string => report.problems.find((problem) => problem.name === name)!.message;
    assert.match(message('train_images/a2.png'), /train_images\/a2\.png: Expected a PNG, JPEG, WebP or TIFF image, got a file that begins with "this is no i"/);
    assert.match(message('d1'), /train\.csv line 10: expected a label that is a whole number from 0 to 999, got "2\.5"/);
  });

  it('takes test images as predict-only', async () => {
    mkdirSync(aptos.path('test_images'));
    aptos.write('test_images/t1.png', await plainPng(3));
    aptos.write('test.csv', 'id_code\nt1\nt2\n');
    const { report, version: { counts, contentId } } = await importIt();
    assert.deepEqual(counts.predict, [1]);
    assert.deepEqual(report.problems.map(({ kind, name }) => [kind, name]), [['missing-image', 't2']]);
    const version = await loadDatasetVersion({ contentId, store });
    assert.deepEqual(version.predict.map(({ id, label }) => [id, label]), [['t1', null]]);
  });

  it('never reads what an id or a link points to outside the folder', async () => {
    symlinkSync('a1.png', aptos.path('train_images/inside.png'));
    const bad = ['../../etc/passwd', '..', '/etc/hostname', 'train_images\\a1'];
    aptos.write('train.csv', `${readFileSync(aptos.path('train.csv'), 'utf8')}link,1\ninside,1\n${bad.map((id) => `${id},1\n`).join('')}`);
    const { report, version: { contentId } } = await importIt();
    assert.deepEqual(report.problems.map(({ kind, name }) => [kind, name]), [...bad.map((id) => ['unsafe-path', id]), ['missing-image', 'link']]);
    const version = await loadDatasetVersion({ contentId, store });
    assert.ok([...version.train, ...version.eval].some(({ id }) => id === 'inside'));
    const outside = join(tmpdir(), `eyegazer-outside-${process.pid}.png`);
    writeFileSync(outside, await plainPng(5));
    try {
      symlinkSync(outside, aptos.path('train_images/link.png'));
      await assert.rejects(importIt(), { code: 'FORBIDDEN', message: /train_images\/link\.png is a link that leaves the dataset folder/ });
    } finally {
      rmSync(outside);
    }
  });

  it('refuses a folder outside the data roots, also through a link, and takes one inside', async () => {
    const elsewhere = await createAptosFolder({});
    try {
      await refuses('FORBIDDEN', /source\.uri: expected a path that exists within .*EYEGAZER_DATA_ROOTS/, { roots: [elsewhere.folder] });
      symlinkSync(aptos.folder, elsewhere.path('link'));
      await refuses('FORBIDDEN', /exists within/, { folder: elsewhere.path('link'), roots: [elsewhere.folder] });
      await refuses('FORBIDDEN', /exists within/, { roots: [`${aptos.folder}-not`] });
      await importIt({ roots: [elsewhere.folder, dirname(aptos.folder)] });
    } finally {
      elsewhere.dispose();
    }
  });

  it('answers the same for what is missing and for what is forbidden outside the data roots, so that neither shows what is there', async () => {
    const elsewhere = await createAptosFolder({});
    try {
      elsewhere.write('held.csv', 'id_code\na2\n');
      const wayOut = join(tmpdir(), `eyegazer-way-out-${process.pid}`);
      symlinkSync(elsewhere.folder, wayOut);
      const roots = [aptos.folder];
      const answers = async (paths: string[], changesOf: (path: string) => Parameters<typeof importIt>[0]): Promise<Set<string>> => {
        const all = new Set<string>();
        for (const path of paths) {
          await assert.rejects(importIt({ roots, ...changesOf(path) }), (error) => {
            assert.ok(error instanceof AppError);
            all.add(`${error.code} ${error.path} ${error.message.replace(path, 'PATH')}`);
            return true;
          });
        }
        return all;
      };
      const folders = await answers([elsewhere.folder, `${elsewhere.folder}-gone`, wayOut, join(wayOut, 'gone')], (folder) => ({ folder }));
      assert.equal(folders.size, 1, [...folders].join('\n'));
      const lists = await answers([elsewhere.path('held.csv'), elsewhere.path('gone.csv'), join(wayOut, 'held.csv')], (file) => ({ split: { kind: 'list', file } }));
      assert.equal(lists.size, 1, [...lists].join('\n'));
      assert.match([...lists][0] ?? '', /^FORBIDDEN split\.file/);
      rmSync(wayOut);
    } finally {
      elsewhere.dispose();
    }
  });

  it('names what is missing: folder, column', async () => {
    await refuses('BAD_DATASET', /Expected a dataset folder or a zip file at .*nowhere.*ENOENT/, { folder: aptos.path('nowhere') });
    const table = readFileSync(aptos.path('train.csv'), 'utf8');
    aptos.write('train.csv', table.replace('diagnosis', 'grade'));
    await refuses('BAD_DATASET', /train\.csv: expected a column diagnosis, got id_code, grade/);
  });

  it('fails when nothing usable is left, saying why, and leaves the store as it was', async () => {
    for (const id of Object.keys(labels)) aptos.write(`train_images/${id}.png`, 'no image');
    await refuses('BAD_DATASET', /usable labelled images, found none\. train_images\/a1\.png: Expected a PNG/);
  });

  it('holds out exactly the ids of a list, with or without a header, whatever its path', async () => {
    aptos.write('held.csv', '\uFEFFid_code\r\na2\r\nc1\r\n');
    const { version: { counts, contentId } } = await importIt({ split: { kind: 'list', file: 'held.csv' } });
    assert.deepEqual(counts, { train: [2, 3, 0], eval: [1, 0, 1], predict: [0] });
    const absolute = await importIt({ split: { kind: 'list', file: aptos.path('held.csv') } });
    assert.equal(absolute.version.contentId, contentId);
    for (const text of ['a2\nc1\n', 'a2,0\nc1,2\n', 'id_code,2,1\na2,x,y\nc1,x,y\n']) {
      aptos.write('held.csv', text);
      assert.equal((await importIt({ split: { kind: 'list', file: 'held.csv' } })).version.contentId, contentId, text);
    }
    aptos.write('held.csv', 'c1');
    assert.deepEqual((await importIt({ split: { kind: 'list', file: 'held.csv' } })).version.counts['eval'], [0, 0, 1]);
  });

  it('refuses a list that is missing, has unknown ids, or leaves nothing to train on', async () => {
    const split: SplitConfig = { kind: 'list', file: 'held.csv' };
    await refuses('BAD_DATASET', /list of held-out ids at held\.csv in .*, found none/, { split });
    // Its lines would stand in the refusal.
    aptos.write('password.env', 'HEADER\nSECRET\n');
    await refuses('BAD_DATASET', /^(?!.*SECRET)Expected a CSV file of held-out ids \(\.csv or \.txt\) at .*password\.env, got something else/, { split: { kind: 'list', file: aptos.path('password.env') } });
    aptos.write('held.csv', 'id_code\na1\nzz\n');
    await refuses('BAD_DATASET', /1 of 2 are not: zz/, { split });
    aptos.write('held.csv', `id_code\n${Object.keys(labels).join('\n')}\n`);
    await refuses('BAD_DATASET', /of 7 labelled images 0 would be trained on and 7 held out/, { split });
  });

  it('ends with the error of a store that fails, whenever it does, and goes on from what is there the next time', async () => {
    const whole = await importIt({ store: createTemporaryStore() });
    const workFolder = mkdtempSync(join(tmpdir(), 'eyegazer-journal-'));
    for (const failingPut of [1, 2, 2, 3]) {
      let puts = 0;
      const failing = { ...store, put: (content: Parameters<typeof store.put>[0]) => (++puts === failingPut ? Promise.reject(new AppError('UNAVAILABLE', 'disk full')) : store.put(content)) };
      await assert.rejects(importIt({ store: failing, workFolder }), { code: 'UNAVAILABLE' });
    }
    const stored: number[] = [];
    const counting = { ...store, put: async (content: Parameters<typeof store.put>[0]) => {
      const artifact = await store.put(content);
      stored.push(artifact.byteLength);
      return artifact;
    } };
    assert.deepEqual(await importIt({ store: counting, workFolder }), whole);
    assert.equal(stored.length, 3, 'index, audit and manifest: the shard is not put again');
    rmSync(workFolder, { recursive: true });
  });

  it('ends with the error of a store that gives up in the middle of a shard', async () => {
    const put = async (content: Parameters<typeof store.put>[0]): ReturnType<typeof store.put> => {
      for await (const bytes of content as AsyncIterable<Uint8Array>) throw new AppError('UNAVAILABLE', `no space for ${bytes.byteLength} bytes`);
      return store.put(content);
    };
    await refuses('UNAVAILABLE', /^no space for \d+ bytes$/, { store: { ...store, put } });
  });

  it('reads a list of any length in little memory', () => {
    const script = `
      import { readHeldIds } from '@eyegazer/data';
      async function* streamFile() { for (let i = 0; i < 100_000; i++) yield Buffer.from('unknown-' + i + '-'.repeat(900) + '\\n'); }
      const source = { name: 'x', files: [{ path: 'held.csv' }], streamFile };
      await readHeldIds('held.csv', { source, roots: null, knownIds: new Set(['a']) }).catch((error) => console.log(error.message));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--max-old-space-size=64', '--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.match(stdout, /held\.csv .* but 99999 of 99999 are not: unknown-1-+, .*unknown-5-+, \.\.\./, stderr.slice(-500));
  });

  it('keeps an index of everything it read, left out of the first version or not, and an audit with duplicates', async () => {
    aptos.write('train_images/a3.png', readFileSync(aptos.path('train_images/a1.png')));
    aptos.write('train_images/c1.png', readFileSync(aptos.path('train_images/a2.png')));
    const { images, version } = await importIt({ curation: { duplicates: 'keepOne', conflicts: 'dropGroup', classes: [{ name: 'none', labels: ['0'] }, { name: 'some', labels: ['1', '2'] }] } });
    const { header, images: indexed } = await loadImageIndex({ imagesId: images.imagesId, store });
    assert.deepEqual([header.layout, header.labels, header.numeric, header.sampleCount], ['aptos', ['0', '1', '2'], true, 7]);
    assert.deepEqual(indexed.map(({ id, label }) => [id, label]), [['a1', 0], ['a2', 0], ['a3', 0], ['b1', 1], ['b2', 1], ['b3', 1], ['c1', 2]]);
    const groups = (await loadDuplicateGroups({ auditId: images.auditId, store })).filter(({ kind }) => kind === 'exact');
    assert.deepEqual(groups.map(({ ids, conflicting }) => [ids, conflicting]), [[['a1', 'a3'], false], [['a2', 'c1'], true]]);
    assert.deepEqual([images.audit.exact.groups, images.audit.exact.conflicting], [2, 1]);
    assert.deepEqual([version.classNames, version.leftOut], [['none', 'some'], { duplicates: 1, conflicts: 2, labels: 0 }]);
    const { train, eval: held } = await loadDatasetVersion({ contentId: version.contentId, store });
    assert.deepEqual([...train, ...held].map(({ id }) => id).sort(), ['a1', 'b1', 'b2', 'b3']);
  });

  it('can be cancelled, and says how far it is', async () => {
    const heard: ImportProgress[] = [];
    const controller = new AbortController();
    const onProgress = (progress: ImportProgress): void => {
      heard.push(progress);
      if (progress.phase === 'storing') controller.abort();
    };
    await refuses('CANCELLED', /cancelled/, { onProgress, signal: controller.signal });
    assert.deepEqual([...new Set(heard.map(({ phase }) => phase))], ['scanning', 'reading', 'auditing', 'splitting', 'storing']);
    assert.deepEqual(heard.findLast(({ phase }) => phase === 'reading'), { phase: 'reading', done: 7, total: 7 });
  });
});
