import { z } from 'zod';

const count = z.int().min(0);

/** What is doubtful about a version of a dataset. */
export const versionFindingsSchema = z.strictObject({
  leakedImages: count.describe('Held-out images with a duplicate, a near-duplicate or another image of their group that is trained on. None where the split was made here.'),
  conflictingGroups: count.describe('Groups of images with the same pixels and different classes that are all kept.'),
});
export type VersionFindings = z.infer<typeof versionFindingsSchema>;
