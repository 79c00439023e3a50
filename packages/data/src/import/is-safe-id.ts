/** Ids become file names, which hold at most 255 bytes with their ending. */
const mostBytes = 240;

/** Whether an id may become part of a path: no separators, no control characters, no halves of characters, not a folder's name. */
export function isSafeId(id: string): boolean {
  return id !== '' && Buffer.byteLength(id) <= mostBytes && !/[/\\\u0000-\u001f\u007f\p{Surrogate}]/u.test(id) && !id.includes('..') && id !== '.';
}
