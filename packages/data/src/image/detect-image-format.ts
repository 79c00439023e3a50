import { AppError } from '@eyegazer/core';

/** File name endings that an import looks at. */
export const imageExtensions = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff'] as const;

const signatures = {
  PNG: [/^\x89PNG\r\n\x1a\n/],
  JPEG: [/^\xff\xd8\xff/],
  WebP: [/^RIFF[^]{4}WEBP/],
  TIFF: [/^II\*\0/, /^MM\0\*/, /^II\+\0/, /^MM\0\+/],
} as const satisfies Record<string, readonly RegExp[]>;

export type ImageFormat = keyof typeof signatures;

/**
 * The format that the first bytes show. It decides before any decoder sees the bytes: decoders here also read vector
 * graphics and others that have no business in a dataset.
 * @throws AppError BAD_FILE
 */
export function detectImageFormat(bytes: Uint8Array): ImageFormat {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 12)).toString('latin1');
  for (const [format, patterns] of Object.entries(signatures)) {
    if (patterns.some((pattern) => pattern.test(start))) return format as ImageFormat;
  }
  const came = bytes.byteLength === 0 ? 'an empty file' : `a file that begins with ${JSON.stringify(start)}`;
  throw new AppError('BAD_FILE', `Expected a PNG, JPEG, WebP or TIFF image, got ${came}.`);
}
