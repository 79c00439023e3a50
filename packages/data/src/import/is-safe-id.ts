/** Whether an id from a table may become part of a path: no separators, no control characters, not a folder's name. */
export function isSafeId(id: string): boolean {
  return id !== '' && id.length <= 200 && !/[/\\\u0000-\u001f\u007f]/.test(id) && !id.includes('..') && id !== '.';
}
