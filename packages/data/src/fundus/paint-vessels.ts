import { absorb, coverLine, createMask, type Canvas } from './canvas.js';
import type { Scene } from './scene.js';

/** Narrower vessels show no reflex. */
const narrowestReflex = 0.006;

/** Blood in the vessels takes light away, veins more than arteries; the wall of a wide one throws a thin line of light back. */
export function paintVessels(canvas: Canvas, { vessels, dice: diceOf }: Scene): void {
  const depth = diceOf('blood').between(0.55, 1.15);
  const masks = { artery: createMask(canvas.view), vein: createMask(canvas.view) };
  const reflex = createMask(canvas.view);
  for (const { kind, points } of vessels) {
    for (let i = 1; i < points.length; i++) {
      const [from, to] = [points[i - 1]!, points[i]!];
      coverLine(masks[kind], canvas, { from, to, widths: [from.width, to.width] });
      const share = kind === 'artery' ? 0.3 : 0.16;
      if (to.width > narrowestReflex) coverLine(reflex, canvas, { from, to, widths: [share * from.width, share * to.width] });
    }
  }
  absorb(canvas, masks.artery, [0.2 * depth, 0.5 * depth, 0.45 * depth]);
  absorb(canvas, masks.vein, [0.34 * depth, 0.66 * depth, 0.6 * depth]);
  absorb(canvas, reflex, [-0.14, -0.3, -0.3]);
}
