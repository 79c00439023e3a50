import { z } from 'zod';

const count = z.int().min(0);

/** GET /api/uploads/:id */
export const uploadWireSchema = z.strictObject({
  id: z.string(),
  /** What its sender calls it. */
  fileName: z.string(),
  byteLength: count,
  /** All of it when this is `byteLength`. */
  receivedBytes: count,
});
export type UploadWire = z.infer<typeof uploadWireSchema>;
