/** An 8-bit colour image in memory. Shape: data is [height, width, 3], interleaved RGB, rows top to bottom. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
