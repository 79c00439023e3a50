/**
 * Makes the base model `eyegazer/vit-nano-fundus`: a small ViT, trained whole by this engine on drawn images to say which lesions were
 * planted where. No photograph of a patient is used, and no grade. Prints what it gets right on images that it never saw.
 *
 *   npm run build && npx tsx bench/pretrain.ts <folder>
 *
 * The same weights come out each time on the same kind of processor, after some 12 minutes of its time.
 */
import { drawSet } from './pretrain/draw-set.js';
import { freshTensor, writeModel } from './pretrain/model-files.js';
import { classCounts, cropSize, stages, type Stage } from './pretrain/planted-lesions.js';
import { trainStage } from './pretrain/train-stage.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('Expected a folder to write the model into.');

const seed = 1;
const plans: Record<Stage, { photographs: number; heldOut: number; epochs: number; batch: number; learningRate: number }> = {
  crops: { photographs: 4000, heldOut: 400, epochs: 3, batch: 64, learningRate: 1e-3 },
  fields: { photographs: 8000, heldOut: 1000, epochs: 2, batch: 32, learningRate: 6e-4 },
};
const startedAt = performance.now();
const log = (line: string): void => console.log(`${((performance.now() - startedAt) / 60_000).toFixed(1)} min  ${line}`);

await writeModel(folder, cropSize, freshTensor(seed));
for (const stage of stages) {
  const { photographs, heldOut, ...training } = plans[stage];
  const unseen = await drawSet(stage, { first: 0, count: heldOut });
  const images = await drawSet(stage, { first: heldOut, count: photographs });
  log(`${stage}: ${images.length} images of ${photographs} photographs to train on, ${unseen.length} held out`);
  const { size, trainable, answers } = await trainStage({ stage, folder, images, unseen, seed, log, ...training });
  await writeModel(folder, size, (name) => trainable.get(name)!);
  const share = (isRight: (answer: number, label: number) => boolean): string => `${((100 * answers.filter((answer, i) => isRight(answer, unseen[i].label)).length) / unseen.length).toFixed(1)} %`;
  log(`${stage}: of ${unseen.length} images held out, ${share((answer, label) => answer === label)} right (${classCounts[stage]} classes)`);
  if (stage === 'fields') log(`${stage}: ${share((answer, label) => Math.floor(answer / 4) === Math.floor(label / 4))} right in kind`);
}
