/**
 * A fundus photograph that never was: retina, optic disc, macula, vessels and the lesions of a grade before one of many cameras.
 * Never a patient's image.
 */
import type { RgbImage } from '@eyegazer/formats';
import { viewOf } from './camera.js';
import type { Canvas } from './canvas.js';
import { paintDeepLesions, paintSuperficialLesions } from './paint-lesions.js';
import { paintDisc, paintRetina } from './paint-retina.js';
import { paintVessels } from './paint-vessels.js';
import { createScene, type FundusOptions } from './scene.js';
import { takePhotograph } from './take-photograph.js';

/**
 * A pure function of its arguments; the same scene in any size.
 * Shape: [height, width, 3]
 */
export function drawFundus(options: FundusOptions): RgbImage {
  const scene = createScene(options);
  const view = viewOf(scene.camera, options);
  const canvas: Canvas = { view, rgb: new Float32Array(view.width * view.height * 3), edge: Math.max(scene.camera.blur * view.scale, 1) };
  paintRetina(canvas, scene);
  paintDisc(canvas, scene);
  paintDeepLesions(canvas, scene);
  paintVessels(canvas, scene);
  paintSuperficialLesions(canvas, scene);
  return takePhotograph(canvas, scene.camera, scene.dice('sensor'));
}
