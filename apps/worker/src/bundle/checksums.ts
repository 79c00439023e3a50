import { createHash } from 'node:crypto';
import type { BundleFile } from './bundle-facts.js';

/** SHA256SUMS of the other files, in the form that `sha256sum -c` reads. */
export function checksums(files: readonly BundleFile[]): string {
  return files.map(({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`).join('');
}
