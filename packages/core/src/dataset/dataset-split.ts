import { z } from 'zod';

export const splitNames = ['train', 'eval', 'predict'] as const;
export type SplitName = (typeof splitNames)[number];

const seed = z.int().min(0).max(0xffff_ffff).default(42);

/** Ids that a request can list: a line of some twenty characters each fits in its body. */
const mostIds = 40_000;

/** How the held-out part is chosen. Images without label are never held out: they can only be predicted. */
export const splitConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('stratified'),
    holdout: z.number().gt(0).lt(1).default(0.1).describe('Share of the labelled images that is held out, of every class alike.'),
    seed,
  }),
  z
    .strictObject({
      kind: z.literal('kfold'),
      folds: z.int().min(2).max(20).default(5),
      fold: z.int().min(0).default(0).describe('Which of the folds is held out, from 0. The same seed gives the other folds of the same division.'),
      seed,
    })
    .refine(({ fold, folds }) => fold < folds, { path: ['fold'], error: ({ input }) => `expected a fold from 0 to ${(input as { folds: number }).folds - 1}, got ${(input as { fold: number }).fold}` }),
  z.strictObject({ kind: z.literal('given') }).describe('As the source says: folders or files named train and validation or test, or a column.'),
  z.strictObject({ kind: z.literal('list'), file: z.string().min(1).describe('A CSV file beside the data (or an absolute path on the server) whose first column names the held-out images by id.') }),
  z.strictObject({ kind: z.literal('ids'), ids: z.array(z.string().min(1)).min(1).max(mostIds).describe('Ids of the held-out images.') }),
]);
export type SplitConfig = z.infer<typeof splitConfigSchema>;
