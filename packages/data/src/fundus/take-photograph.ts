import type { RgbImage } from '@eyegazer/formats';
import type { Canvas } from './canvas.js';
import type { Camera } from './camera.js';
import type { Dice } from './dice.js';
import { clamp01, lengthOf, smoothStep, type View } from './geometry.js';
import { mixBits } from './noise.js';
import { eachSmoothPixel } from './smooth-field.js';

/** Light and its fall towards the rim, colours, stray light, the camera's field and its noise: floats -> 8 bits. */
export function takePhotograph({ view, rgb, edge }: Canvas, camera: Camera, dice: Dice): RgbImage {
  const { gains, saturation, glow, ghost, shade, veil, tilt, vignette, gamma, black } = camera;
  const data = new Uint8Array(view.width * view.height * 3);
  const tone = createToneCurve(gamma);
  const noiseSeed = dice.seed();
  const noise = createNoiseTable(camera.noise, dice);
  const field = (x: number, y: number, out: Float64Array): void => {
    const reach = 2 * lengthOf(x, y);
    const rim = smoothStep(0.7, 1.02, reach) * (0.5 + 0.5 * Math.cos(Math.atan2(y, x) - glow.angle)) ** 2;
    const shadow = smoothStep(shade.from, shade.from + 0.35, x * Math.cos(shade.angle) + y * Math.sin(shade.angle));
    out[0] = Math.max((1 - vignette * reach ** 2.5) * (1 + tilt.x * x * 2 + tilt.y * y * 2), 0);
    out[1] = glow.amount * rim;
    out[2] = ghost.amount * Math.exp(-((x - ghost.at.x) ** 2 + (y - ghost.at.y) ** 2) / (2 * (ghost.radius / 2) ** 2));
    out[3] = shadow;
  };
  const develop = (value: number, inside: number, grain: number): number =>
    Math.round(255 * clamp01(black + (tone[Math.round(1023 * clamp01(value))]! + noise[grain & 511]! - black) * inside));
  const coverOfField = createFieldCover(view, { edge, camera });
  eachSmoothPixel(view, { values: 4, steps: 64, field }, (i, smooth, x, y) => {
    const inside = coverOfField(x, y);
    const j = 3 * i;
    if (inside === 0) {
      data[j] = data[j + 1] = data[j + 2] = 255 * black;
      return;
    }
    const light = smooth[0]!;
    const shadow = smooth[3]!;
    const red = (rgb[j]! * (1 - veil) + 0.6 * veil) * gains[0] * light * (1 - shadow * shade.depth[0]);
    const green = (rgb[j + 1]! * (1 - veil) + 0.36 * veil) * gains[1] * light * (1 - shadow * shade.depth[1]);
    const blue = (rgb[j + 2]! * (1 - veil) + 0.24 * veil) * gains[2] * light * (1 - shadow * shade.depth[2]);
    const grey = 0.45 * red + 0.4 * green + 0.15 * blue + smooth[2]!;
    const grain = mixBits(noiseSeed, i, 7);
    const back = grey * (1 - saturation);
    data[j] = develop(back + red * saturation + smooth[1]! * glow.colour[0], inside, grain);
    data[j + 1] = develop(back + green * saturation + smooth[1]! * glow.colour[1], inside, grain >> 9);
    data[j + 2] = develop(back + blue * saturation + smooth[1]! * glow.colour[2], inside, grain >> 18);
  });
  return { data, width: view.width, height: view.height };
}

/** How much of a pixel the lit field covers: a circle, perhaps cut straight above or below, and its tab. */
function createFieldCover({ scale, centre }: View, { edge, camera }: { edge: number; camera: Camera }): (px: number, py: number) => number {
  const { tab, cut } = camera;
  const cos = Math.cos(tab ?? 0);
  const sin = Math.sin(tab ?? 0);
  return (px, py) => {
    const x = px - centre.x;
    const y = py - centre.y;
    let margin = scale / 2 - lengthOf(x, y);
    if (tab !== null && margin < 0) {
      const along = x * cos + y * sin;
      const across = Math.abs(y * cos - x * sin);
      margin = Math.max(margin, Math.min(along, 0.522 * scale - along, 0.026 * scale - across));
    }
    return clamp01(Math.min(margin, cut.bottom * scale - y, y + cut.top * scale) / edge + 0.5);
  };
}

/** A soft shoulder, so that bright places keep their colour, and the gamma. Shape: [1024] */
function createToneCurve(gamma: number): Float32Array {
  return Float32Array.from({ length: 1024 }, (_, i) => {
    const value = (i / 1023) ** gamma;
    return value < 0.8 ? value : 0.8 + 0.2 * (1 - Math.exp(-(value - 0.8) / 0.2));
  });
}

/** Values of a normal distribution to draw from by nine random bits: a sensor's noise. */
function createNoiseTable(deviation: number, dice: Dice): Float32Array {
  return Float32Array.from({ length: 512 }, () => dice.normal(0, deviation));
}
