import { createHash, randomBytes } from 'node:crypto';

/** A secret to be shown once: 32 random bytes. `prefix` says what it opens, so that a log or a scanner can tell one when it sees it. */
export function newSecret(prefix: 'eyg_' | 'eys_'): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** What is kept of a secret. It is long and random, so there is nothing to guess and one plain hash is enough. */
export function hashSecret(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}
