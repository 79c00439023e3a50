/** How far an import is, as it lies on disk while it runs: a head, and then one entry per shard that is in the artifact store. */
import { z } from 'zod';
import { sha256Schema } from '../parse/sha256-schema.js';
import { importProblemSchema } from './dataset-report.js';
import { indexedImageSchema } from './image-index.js';

const count = z.int().min(0);

/** `key` is of the same source, read the same way. */
export const journalHeadSchema = z.strictObject({ format: z.literal('eyegazer-import/1'), key: z.string() });
export type JournalHead = z.infer<typeof journalHeadSchema>;

export const finishedShardSchema = z.strictObject({
  sha256: sha256Schema,
  byteLength: count,
  /** Milliseconds since 1970 of its last put. */
  storedAt: count,
  /** How many of the images that were found, whether they could be used or not, are behind it. */
  position: count,
  images: z.array(indexedImageSchema),
  /** Of the images behind this shard and not behind the one before. */
  problems: z.array(importProblemSchema),
});
export type FinishedShard = z.infer<typeof finishedShardSchema>;
