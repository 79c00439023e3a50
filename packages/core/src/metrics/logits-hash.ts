/** FNV-1a hash, as 8 hex digits, of logits rounded to 1e-3: equal hashes mean that no answer moved. */
export function logitsHash(logits: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  for (const row of logits) {
    for (let k = 0; k < row.length; k++) {
      let rounded = Math.round((row[k] ?? 0) * 1000) | 0;
      for (let byte = 0; byte < 4; byte++) {
        hash = Math.imul(hash ^ (rounded & 0xff), 0x01000193);
        rounded >>= 8;
      }
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
