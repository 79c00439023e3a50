import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { evaluationPieces, trainingPieces } from '@eyegazer/core';
import { createLoader, loadDatasetVersion, type ImportedDataset, type DatasetVersion } from '@eyegazer/data';
import { parsePreprocessorConfig } from '@eyegazer/formats';
import { importFolder } from '../../fixtures/import-folder.js';
import { needsShared, sharedPath } from '../../shared-path.js';
import { createTemporaryStore, type TemporaryStore } from '../../unit/data/temporary-store.js';

const task = { kind: 'multiclass', loss: 'crossEntropy' } as const;

describe('the real APTOS sample', function () {
  this.timeout(60_000);
  let store: TemporaryStore;
  let listed: ImportedDataset;
  let version: DatasetVersion;
  before(async function () {
    needsShared(this, 'data/aptos-sample', 'models/deit-tiny');
    store = createTemporaryStore();
    listed = await importFolder(sharedPath('data/aptos-sample'), { split: { kind: 'list', file: 'holdout.csv' }, roots: [sharedPath('data')], store });
    version = await loadDatasetVersion({ contentId: listed.version.contentId, store });
  });
  after(() => store?.dispose());

  it('has 900 labelled and 61 unlabelled images, 179 held out by the list, and no problem', () => {
    const { version: { counts }, report } = listed;
    assert.deepEqual(counts.train.map((count, label) => count + counts.eval[label]!), [461, 86, 237, 46, 70]);
    assert.deepEqual(counts.predict, [61]);
    assert.deepEqual([version.train.length, version.eval.length, version.predict.length], [721, 179, 61]);
    assert.deepEqual([report.sampleCount, report.problemCount], [961, 0]);
    const list = readFileSync(sharedPath('data/aptos-sample/holdout.csv'), 'utf8').trim().split(/\r?\n/).slice(1);
    assert.deepEqual(version.eval.map(({ id }) => id).toSorted(), list.toSorted());
    assert.ok([...version.train, ...version.eval, ...version.predict].every(({ width, height }) => width === 224 && height === 224));
  });

  it('holds out a tenth of each grade, rounded half up, and comes to the same id again from the same shards', async () => {
    const options = { split: { kind: 'stratified', holdout: 0.1, seed: 42 }, store } as const;
    const stored = store.names().length;
    const { version: { counts, contentId } } = await importFolder(sharedPath('data/aptos-sample'), options);
    assert.deepEqual(counts.eval, [46, 9, 24, 5, 7]);
    assert.deepEqual(counts.train, [415, 77, 213, 41, 63]);
    assert.equal(store.names().length, stored + 1);
    assert.equal((await importFolder(sharedPath('data/aptos-sample'), options)).version.contentId, contentId);
  });

  it('evaluates on the very pixels of Hugging Face\'s image processor, at every size', async () => {
    const fixture = JSON.parse(readFileSync(new URL('../../fixtures/decoded-images.json', import.meta.url), 'utf8')) as { pixels: { id: string; size: number; sha256: string }[] };
    const preprocessor = parsePreprocessorConfig(JSON.parse(readFileSync(sharedPath('models/deit-tiny/preprocessor_config.json'), 'utf8')), 'preprocessor_config.json');
    assert.equal(fixture.pixels.length, 9);
    for (const { id, size, sha256 } of fixture.pixels) {
      const position = version.eval.findIndex((sample) => sample.id === id);
      const pieces = [{ update: 0, epoch: 0, positions: [position], windowSize: 1, sampleWeights: [1], endsWindow: true }];
      for await (const { pixels } of createLoader({ version, split: 'eval', pieces, task, imageSize: size, preprocessor, augment: 'none', seed: 1 })) {
        assert.equal(createHash('sha256').update(pixels).digest('hex'), sha256, `${id} at ${size}`);
      }
    }
  });

  it('loads an epoch of training and an evaluation with every image once', async () => {
    const preprocessor = parsePreprocessorConfig({}, 'preprocessor_config.json');
    const labels = version.train.map(({ label }) => label ?? 0);
    const pieces = trainingPieces({ sampleCount: 721, labels, effectiveBatch: 32, microBatch: 16, epochs: 1, seed: 1, sampler: 'shuffle' });
    const seen = new Set<number>();
    let targetSum = 0;
    for await (const { positions, targets } of createLoader({ version, split: 'train', pieces, task, imageSize: 64, preprocessor, augment: 'standard', seed: 1 })) {
      for (const position of positions) seen.add(position);
      targetSum += targets.reduce((a, b) => a + b, 0);
    }
    assert.equal(seen.size, 721);
    assert.equal(targetSum, labels.reduce((a, b) => a + b, 0));
    let evaluated = 0;
    const evaluation = evaluationPieces({ sampleCount: 179, microBatch: 32 });
    for await (const { positions } of createLoader({ version, split: 'eval', pieces: evaluation, task, imageSize: 64, preprocessor, augment: 'none', seed: 1 })) evaluated += positions.length;
    assert.equal(evaluated, 179);
  });
});
