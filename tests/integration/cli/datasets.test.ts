import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CurationPreview, DatasetAudit, DatasetVersionWire, DatasetWire } from '@eyegazer/core';
import { openZipSource } from '@eyegazer/data';
import { startUploadGateway } from '../../fixtures/upload-gateway.js';
import { createZip, type ZipPart } from '../../fixtures/zip-archive.js';
import { until } from '../../until.js';
import { useApi, writeAptosFolder } from '../api/api-world.js';
import { useCli } from './cli-world.js';

describe('command line: datasets from archives, and versions of them', function () {
  this.timeout(120_000);
  const api = useApi();
  const cli = useCli(() => api.url);
  const uploads = (): string[] => readdirSync(join(api.folder, 'uploads'));

  before('pack 30 images, one of them twice with another label', async () => {
    const folder = join(cli.folder, 'eyes');
    await writeAptosFolder(folder, 30);
    await copyFile(join(folder, 'train_images/image000.png'), join(folder, 'train_images/image001.png'));
    const names = ['train.csv', ...(await readdir(join(folder, 'train_images'))).map((name) => `train_images/${name}`)];
    const parts: ZipPart[] = await Promise.all(names.map(async (name) => ({ name: `aptos/${name}`, bytes: await readFile(join(folder, name)) })));
    writeFileSync(join(cli.folder, 'eyes.zip'), createZip(parts));
    writeFileSync(join(cli.folder, 'large.zip'), createZip([...parts, { name: 'aptos/padding.bin', bytes: Buffer.alloc(12_000_000) }]));
  });

  it('sends a zip file of this machine, imports it, and leaves nothing of it on the server', async () => {
    const { code, stdout, stderr } = await cli.run(['datasets', 'import', 'eyes', 'eyes.zip', '--holdout', '.2']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^sending eyes\.zip {2}100 % {2}(\S+ kB) of \1$/m);
    assert.match(stdout, /^eyes@1 is ready: 30 images \(.*\) in aptos layout\n\nCLASS +TRAIN +HELD OUT +TOTAL\n0 +\d+ +\d +10\n/);
    assert.match(stdout, /\n1 group of images with the same pixels have different classes\. --conflicts keepOne or dropGroup leaves them out\.\n/);
    await until(() => uploads().length === 0);
  });

  it('goes on with an upload that was interrupted', async () => {
    const gateway = await startUploadGateway(api.url, { cutAtBytes: [], holdAtBytes: 6_000_000 });
    try {
      const args = ['datasets', 'import', 'large', 'large.zip', '--url', gateway.url];
      const sending = cli.start(args);
      await new Promise<void>((resolve) => gateway.whenHeld(resolve));
      sending.child.kill('SIGINT');
      const { code, stderr } = await sending.ended;
      assert.equal(code, 130);
      assert.match(stderr, /Interrupted\. The same command goes on where this one ended\.\n$/);
      assert.equal(uploads().length, 2);
      assert.equal(statSync(join(cli.folder, 'config', 'eyegazer', 'uploads.json')).mode & 0o777, 0o600);
      const sentBefore = gateway.sentBytes;
      gateway.release();
      const dataset = await cli.json<DatasetWire>(args);
      assert.equal(dataset.state, 'ready');
      assert.ok(gateway.sentBytes - sentBefore < 10_000_000, `${gateway.sentBytes - sentBefore} bytes were sent again`);
      await until(() => uploads().length === 0);
    } finally {
      await gateway.close();
    }
  });

  it('says what is wrong before anything is sent', async () => {
    for (const args of [['BAD NAME', 'eyes.zip'], ['eyes2', 'eyes.zip', '--classes', 'one'], ['eyes2', 'eyes.zip', '--split', 'given', '--holdout', '.2'], ['eyes2', 'eyes.zip', '--duplicates', 'some']]) {
      const { code, stdout, stderr } = await cli.run(['datasets', 'import', ...args]);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.doesNotMatch(stderr, /sending/);
    }
    assert.deepEqual(uploads(), []);
  });

  it('says which file of an archive is refused, and why', async () => {
    writeFileSync(join(cli.folder, 'evil.zip'), createZip([{ name: '../evil.png', bytes: Buffer.from('x') }]));
    const { code, stderr } = await cli.run(['datasets', 'import', 'evil', 'evil.zip']);
    assert.equal(code, 2);
    assert.match(stderr, /^Error: evil\.zip: \.\.\/evil\.png is refused: it leaves its folder \(\.\.\)\.$/m);
  });

  it('shows what an import found', async () => {
    const { code, stdout } = await cli.run(['datasets', 'audit', 'eyes']);
    assert.equal(code, 0);
    assert.match(stdout, /^eyes: 30 images\n\nLABEL +IMAGES +SHARE\n0 +10 +33\.3 %\n/);
    assert.match(stdout, /\nsizes +40 x 30 \(30\)\nsame pixels +1 group of 2 images, 1 of them with different labels\n/);
    assert.match(stdout, /\nSame pixels, different labels:\n {2}image000 is 0, image001 is 1\n$/);
    assert.equal((await cli.json<DatasetAudit>(['datasets', 'audit', 'eyes'])).exact.conflicting, 1);
    assert.equal((await cli.run(['datasets', 'audit', 'nothing'])).code, 3);
  });

  it('counts what other choices would leave, and makes a version of them', async () => {
    const preview = await cli.run(['datasets', 'curate', 'eyes', '--conflicts', 'dropGroup', '--dry-run']);
    assert.equal(preview.code, 0, preview.stderr);
    assert.match(preview.stdout, /^eyes would have 3 ordered classes\n\nCLASS [\s\S]*\n\n2 images are left out: 2 for conflicting classes\.\n$/);
    assert.equal((await cli.json<DatasetVersionWire[]>(['datasets', 'versions', 'eyes'])).length, 1);

    const made = await cli.run(['datasets', 'curate', 'eyes', '--conflicts', 'dropGroup', '--classes', 'none=0,some=1+2']);
    assert.match(made.stdout, /^eyes@2 is made: 2 (ordered )?classes\n\nCLASS +TRAIN +HELD OUT +TOTAL\nnone +\d+ +\d+ +9\nsome +\d+ +\d+ +19\n\n2 images are left out\.\n$/);
    const again = await cli.run(['datasets', 'curate', 'eyes', '--conflicts', 'dropGroup']);
    assert.match(again.stdout, /^eyes@2 has these choices already: /);
    const kfold = await cli.json<DatasetVersionWire>(['datasets', 'curate', 'eyes', '--split', 'kfold', '--folds', '3', '--fold', '1']);
    assert.deepEqual([kfold.version, kfold.split, kfold.curation.conflicts], [3, { kind: 'kfold', folds: 3, fold: 1, seed: 42 }, 'dropGroup']);
    const { stdout } = await cli.run(['datasets', 'versions', 'eyes']);
    assert.match(stdout, /^VERSION +CLASSES +TRAIN +HELD OUT +LEFT OUT +CONFLICTS +SPLIT +AGE\neyes@3 +none, some .* 2 +dropGroup +fold 1 of 3, seed 42 .*\neyes@2 .*\neyes@1 +0, 1, 2 .*20 % of every class, seed 42/);
  });

  it('takes all choices from a file', async () => {
    writeFileSync(join(cli.folder, 'choices.yaml'), 'classes:\n  - {name: low, labels: ["0", "1"]}\n  - {name: high, labels: ["2"]}\nordinal: true\n');
    const preview = await cli.json<CurationPreview>(['datasets', 'curate', 'eyes', '--file', 'choices.yaml', '-n']);
    assert.deepEqual([preview.classNames, preview.ordinal, preview.leftOut.conflicts], [['low', 'high'], true, 0]);
    const wrong = await cli.run(['datasets', 'curate', 'eyes', '--classes', 'a=0,b=7']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /7/);
  });

  it('saves a version as a zip file, and replaces nothing', async () => {
    const { code, stdout, stderr } = await cli.run(['datasets', 'export', 'eyes@2', '--layout', 'imagefolder', '-o', 'out.zip']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^eyes@2 in imagefolder layout: .* in .*out\.zip\n$/);
    const source = await openZipSource({ file: join(cli.folder, 'out.zip'), name: 'out.zip', workFolder: cli.folder });
    assert.equal(source.files.filter(({ path }) => path.endsWith('.png')).length, 28);
    await source.close();
    const bytes = readFileSync(join(cli.folder, 'out.zip'));
    const again = await cli.run(['datasets', 'export', 'eyes@2', '--layout', 'imagefolder', '-o', 'out.zip']);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /out\.zip is there already\. Give another name, or move it away\./);
    assert.deepEqual(readFileSync(join(cli.folder, 'out.zip')), bytes);
    const parquet = await cli.json<{ file: string; version: number; layout: string }>(['datasets', 'export', 'eyes']);
    assert.deepEqual([parquet.file, parquet.version, parquet.layout], [join(cli.folder, 'eyes-3-parquet.zip'), 3, 'parquet']);
    assert.deepEqual(readdirSync(cli.folder).filter((name) => name.endsWith('.part')), []);
    assert.equal((await cli.run(['datasets', 'export', 'eyes@9'])).code, 3);
    assert.equal((await cli.run(['datasets', 'export', 'eyes@x'])).code, 2);
  });
});
