import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors, decompressZstd } from 'hyparquet-compressors';

/** What unpacks pages: never into more bytes than the page header says, which `checkPages` has bounded. */
export const decompressors: Compressors = {
  ...compressors,
  GZIP: (input, byteLength) => gunzipSync(input, { maxOutputLength: Math.max(byteLength, 1) }),
  BROTLI: (input, byteLength) => brotliDecompressSync(input, { maxOutputLength: Math.max(byteLength, 1) }),
  ZSTD: (input, byteLength) => decompressZstd(input, new Uint8Array(byteLength)),
};
