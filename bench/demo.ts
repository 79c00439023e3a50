/**
 * What the shipped model is worth: the demo's experiment on it, and on the random weights that its own training started from.
 *
 *   npm run build && npx tsx bench/demo.ts [folder of another model ...]
 *
 * Prints the quadratic weighted kappa of the held-out images after each epoch, how often each grade is answered at the end, and
 * the processor time of training and evaluation.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoConfig, demoDataset, demoModel } from '@eyegazer/api';
import { createFundusDataset, loadDatasetVersion } from '@eyegazer/data';
import { loadBaseModel } from '@eyegazer/formats';
import { createTemporaryStore } from '../tests/unit/data/temporary-store.js';
import { trainDemo } from './demo/train-demo.js';
import { freshTensor, writeModel } from './pretrain/model-files.js';
import { fieldSize } from './pretrain/planted-lesions.js';

const store = createTemporaryStore();
const random = await mkdtemp(join(tmpdir(), 'eyegazer-random-'));
try {
  await writeModel(random, fieldSize, freshTensor(1));
  const { imageSize: width, classCounts, holdout, seed } = demoDataset;
  const { version: { contentId } } = await createFundusDataset({ store, width, classCounts, holdout, seed });
  const version = await loadDatasetVersion({ contentId, store });
  console.log(`${version.train.length} images to train on, ${version.eval.length} held out`);
  for (const folder of process.argv.length > 2 ? process.argv.slice(2) : [demoModel.folder, random]) {
    const { qwk, answers, cpuSeconds, seconds } = await trainDemo(demoConfig, { version, model: await loadBaseModel(folder, { imageSize: fieldSize }) });
    console.log(`${folder === random ? 'random weights' : folder}: QWK ${qwk.map((value) => value.toFixed(2)).join(' ')}; answers ${answers.join('/')}; ${cpuSeconds.toFixed(0)} s CPU, ${seconds.toFixed(0)} s`);
  }
} finally {
  store.dispose();
  await rm(random, { recursive: true });
}
