import { AppError } from '@eyegazer/core';

/** SHA256SUMS as `sha256sum` writes it: file name -> sha256. @throws AppError CORRUPT_ARTIFACT */
export function parseChecksums(text: string): Map<string, string> {
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
        if (!match?.[1] || !match[2]) throw new AppError('CORRUPT_ARTIFACT', 'SHA256SUMS has a line that is no checksum: the bundle cannot be trusted.');
        return [match[2], match[1]];
      }),
  );
}
