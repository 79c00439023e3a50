import { AppError } from '@eyegazer/core';
import { z } from 'zod';

/** Where a page ended: the sort key of its last row and, among equals, the row's id. */
const cursorSchema = z.tuple([z.string(), z.union([z.string(), z.number(), z.null()]), z.string().regex(/^[0-9a-z]+$/)]);

export interface Cursor {
  key: string | number | null;
  id: string;
}

/** `list` names the list and its order, so that a cursor of another one is refused. */
export function formatCursor(list: string, { key, id }: Cursor): string {
  return Buffer.from(JSON.stringify([list, key, id])).toString('base64url');
}

/** @throws AppError BAD_REQUEST */
export function parseCursor(list: string, text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  try {
    const [name, key, id] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (name === list) return { key, id };
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'cursor: expected the nextCursor of the page before, got something else.', { path: 'cursor', cause });
  }
  throw new AppError('BAD_REQUEST', 'cursor: expected the nextCursor of this list in this order, got that of another.', { path: 'cursor' });
}

/** The rows of one page out of `limit + 1` that were read, and the cursor of the next. */
export function pageOf<Row, Item>(options: { list: string; rows: Row[]; limit: number; cursorOf: (row: Row) => Cursor; present: (row: Row) => Item }): { items: Item[]; nextCursor: string | null } {
  const { list, rows, limit, cursorOf, present } = options;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? formatCursor(list, cursorOf(last)) : null,
  };
}

/** Rows after the cursor in a list that has the newest first. */
export function olderThan({ key, id }: Cursor): { OR: object[] } {
  const createdAt = parseCursorTime(key);
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}

/** The sort key of lists in order of time. PostgreSQL and JavaScript know times that the other does not: none of them is ours. @throws AppError BAD_REQUEST */
export function parseCursorTime(key: Cursor['key']): Date {
  const time = new Date(String(key));
  if (time.getTime() >= 0 && time.getUTCFullYear() <= 9999) return time;
  throw new AppError('BAD_REQUEST', 'cursor: expected the nextCursor of the page before, got something else.', { path: 'cursor' });
}
