/** What an import and its threads tell each other. */
import type { ErrorRecord, IndexedImage } from '@eyegazer/core';

/** All that is known of an image once it was decoded. */
export type AnalysedImage = Pick<IndexedImage, 'sha256' | 'width' | 'height' | 'pixels' | 'hash' | 'look'>;

/** An encoded image, or null: leave when what was asked for is done. */
export type ImageRequest = { ticket: number; bytes: Uint8Array } | null;
export type ImageReply = { ticket: number; image: AnalysedImage } | { ticket: number; error: ErrorRecord };

export interface ImageThreadData {
  /** One number, shared by all threads: 1 while one of them holds a large image in memory. */
  turn: Int32Array<SharedArrayBuffer>;
}
