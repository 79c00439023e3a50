import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DrawnPart } from './draw-part.js';
import type { LabelledImage, Stage } from './planted-lesions.js';

/** Draws the photographs of a stage from `first` on, in as many processes as there are cores; their images in the order of drawing. */
export async function drawSet(stage: Stage, { first, count }: { first: number; count: number }): Promise<LabelledImage[]> {
  const photographs: LabelledImage[][] = [];
  const jobs = Math.min(availableParallelism(), 8);
  await Promise.all(
    Array.from({ length: jobs }, async (_, job) => {
      const child = fork(join(import.meta.dirname, 'draw-part.ts'), [stage, ...[first, count, jobs, job].map(String)], { serialization: 'advanced' });
      child.on('message', ({ i, images }: DrawnPart) => void (photographs[i] = images));
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`A process that draws ended with ${code}.`);
    }),
  );
  return photographs.flat();
}
