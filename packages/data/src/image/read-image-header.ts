import { detectImageFormat } from './detect-image-format.js';

export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  /** Values of a pixel as they are stored; null where the format does not say it in so many words. */
  readonly components: number | null;
}

/**
 * What the first bytes of a PNG or JPEG say of it: decoders open a file a second time to tell. Null for other formats and for
 * what is not whole.
 * Source: https://www.w3.org/TR/png-3/#11IHDR, https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.2.2)
 * @throws AppError BAD_FILE when it is none of the formats that are read
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const format = detectImageFormat(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'PNG') return bytes.byteLength < 24 ? null : { width: view.getUint32(16), height: view.getUint32(20), components: null };
  return format === 'JPEG' ? readFrame(view) : null;
}

/** The frame header of a JPEG, past the segments before it. */
function readFrame(view: DataView): ImageHeader | null {
  for (let at = 2; at + 10 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Fill bytes come before a marker.
    if (marker === 0xff) at += 1;
    else if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: view.getUint8(at + 9) };
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** SOF0 to SOF15, without DHT, JPG and DAC, which lie between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
