import type { PreprocessorConfig } from './preprocessor-config.js';

/** What a value from 0 to 255 of red, green and blue becomes: `value * factor + shift`. */
export type PixelScale = readonly [ChannelScale, ChannelScale, ChannelScale];

interface ChannelScale {
  readonly factor: number;
  readonly shift: number;
}

/** Rescaling and normalising as one line per channel, for values that are no whole numbers. */
export function createPixelScale({ doRescale, rescaleFactor, doNormalize, imageMean, imageStd }: PreprocessorConfig): PixelScale {
  const rescale = doRescale ? rescaleFactor : 1;
  const scaleOf = (channel: 0 | 1 | 2): ChannelScale => {
    if (!doNormalize) return { factor: rescale, shift: 0 };
    return { factor: rescale / imageStd[channel], shift: -imageMean[channel] / imageStd[channel] };
  };
  return [scaleOf(0), scaleOf(1), scaleOf(2)];
}
