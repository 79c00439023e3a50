/**
 * Draws a labelled set of fundus photographs that never were, as a folder in Kaggle's layout: `train.csv` and `train_images/`.
 *
 *   npm run build && npx tsx bench/make-fundus.ts <folder> [--count 500] [--width 2592] [--height 1944] [--format jpeg] [--seed 1]
 *     [--duplicates 0] [--conflicts 0] [--jobs 2]
 *
 * The same options make the same files. Duplicates and conflicts are copies on top of the count, with equal and with other labels.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeFundus, planFundusImages, type FundusSetOptions, type GradeCounts } from '@eyegazer/data';

/** Which of the jobs this process is; the first process of all only hands them out. */
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '500' }, width: { type: 'string', default: '2592' }, height: { type: 'string', default: '1944' }, format: { type: 'string', default: 'jpeg' },
    seed: { type: 'string', default: '1' }, duplicates: { type: 'string', default: '0' }, conflicts: { type: 'string', default: '0' }, jobs: { type: 'string', default: '2' }, job: { type: 'string' },
  },
});
const folder = positionals[0];
if (folder === undefined || (flags.format !== 'jpeg' && flags.format !== 'png')) throw new Error('Expected a folder, and --format jpeg or png.');

const options: FundusSetOptions = {
  seed: Number(flags.seed), width: Number(flags.width), height: Number(flags.height), format: flags.format,
  duplicates: Number(flags.duplicates), conflicts: Number(flags.conflicts), classCounts: shareOut(Number(flags.count)),
};
const images = planFundusImages(options);
const jobs = Number(flags.jobs);
if (flags.job === undefined) {
  await mkdir(join(folder, 'train_images'), { recursive: true });
  await writeFile(join(folder, 'train.csv'), ['id_code,diagnosis', ...images.map(({ id, label }) => `${id},${label}`), ''].join('\n'));
  const children = Array.from({ length: jobs }, (_, job) => fork(import.meta.filename, [...process.argv.slice(2), '--job', String(job)]));
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number | null));
  if (codes.some((code) => code !== 0)) throw new Error('A job ended early.');
  console.log(`${images.length} images in ${folder}`);
} else {
  const extension = flags.format === 'jpeg' ? 'jpg' : 'png';
  let writing: Promise<void> = Promise.resolve();
  for (const image of images.filter((_, i) => i % jobs === Number(flags.job))) {
    const encoded = encodeFundus(image, options);
    await writing;
    writing = encoded.then((bytes) => writeFile(join(folder, 'train_images', `${image.id}.${extension}`), bytes));
  }
  await writing;
}

/** Grades as uneven as in screening; what rounding leaves goes to grade 0. */
function shareOut(count: number): GradeCounts {
  const [mild, moderate, severe, proliferative] = [0.15, 0.23, 0.13, 0.15].map((share) => Math.floor(share * count)) as [number, number, number, number];
  return [count - mild - moderate - severe - proliferative, mild, moderate, severe, proliferative];
}
