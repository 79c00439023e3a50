import { z } from 'zod';

/** Query of every list: pages by cursor. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).optional().describe('The `nextCursor` of the page before.'),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** A page of anything; nextCursor is null on the last one. */
export function pageSchema<S extends z.ZodType>(item: S) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
