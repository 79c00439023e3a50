/** Bytes at the start of a file that `detectArchive` wants to see. */
export const archiveHeadBytes = 512;

const signatures: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['zip', /^PK(?:\x03\x04|\x05\x06|\x07\x08)/],
  ['gzip', /^\x1f\x8b/],
  ['bzip2', /^BZh[1-9]/],
  ['xz', /^\xfd7zXZ\0/],
  ['zstd', /^\x28\xb5\x2f\xfd/],
  ['7z', /^7z\xbc\xaf\x27\x1c/],
  ['rar', /^Rar!\x1a\x07/],
  ['tar', /^[^]{257}ustar/],
];

/** What kind of archive a file is by its first bytes, or null when it is none. */
export function detectArchive(head: Uint8Array): string | null {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, archiveHeadBytes)).toString('latin1');
  return signatures.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}
