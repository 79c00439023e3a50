import { AppError, type Page, type PageQuery } from '@eyegazer/core';

/** One page of a list in memory whose order never changes; its cursor is a position. */
export function pageOfList<T>(items: readonly T[], query: PageQuery): Page<T> {
  const cursor = query.cursor ?? '0';
  const start = /^\d{1,9}$/.test(cursor) ? Number(cursor) : Infinity;
  if (start > items.length) {
    throw new AppError('BAD_REQUEST', `cursor: expected the nextCursor of an earlier page, got ${JSON.stringify(cursor)}.`, { path: 'cursor' });
  }
  const end = start + query.limit;
  return { items: items.slice(start, end), nextCursor: end < items.length ? String(end) : null };
}
