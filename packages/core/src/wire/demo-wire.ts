import { z } from 'zod';

/** Answer of POST /api/demo: the dataset is being made; the model and the experiment follow, and are null until they exist. */
export const demoAnswerSchema = z.strictObject({
  datasetId: z.string(),
  modelId: z.string().nullable(),
  experimentId: z.string().nullable(),
});
export type DemoAnswer = z.infer<typeof demoAnswerSchema>;
