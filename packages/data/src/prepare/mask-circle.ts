import type { RgbImage } from '@eyegazer/formats';

/** Share of half the shorter side. */
const radiusShare = 0.95;

/** Blackens what lies outside of a circle about the centre, in place. */
export function maskCircle({ data, width, height }: RgbImage): void {
  const radius = (radiusShare * Math.min(width, height)) / 2;
  for (let y = 0; y < height; y++) {
    const dy = y + 0.5 - height / 2;
    const half = Math.sqrt(Math.max(0, radius * radius - dy * dy));
    const from = Math.max(0, Math.ceil(width / 2 - half - 0.5));
    const to = Math.min(width, Math.floor(width / 2 + half - 0.5) + 1);
    data.fill(0, y * width * 3, (y * width + Math.min(from, to)) * 3);
    data.fill(0, (y * width + Math.max(from, to)) * 3, (y + 1) * width * 3);
  }
}
