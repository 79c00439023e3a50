/** A child process that draws every `jobs`-th photograph of a stage and sends its labelled images to its parent. */
import { drawLabelled, type LabelledImage, type Stage } from './planted-lesions.js';

export interface DrawnPart {
  /** Position of the photograph in the set. */
  i: number;
  images: LabelledImage[];
}

const [stage, ...numbers] = process.argv.slice(2);
const [first, count, jobs, job] = numbers.map(Number) as [number, number, number, number];
for (let i = job; i < count; i += jobs) {
  const part: DrawnPart = { i, images: drawLabelled(stage as Stage, first + i) };
  // Waits until the parent has taken it: nothing piles up.
  await new Promise<void>((resolve, reject) => process.send?.(part, undefined, {}, (error) => (error ? reject(error) : resolve())));
}
process.disconnect();
