import { viewOf } from './camera.js';
import { toPixels, type Point } from './geometry.js';
import type { LesionKind } from './lesion-kinds.js';
import { createScene, type FundusOptions } from './scene.js';

interface Round extends Point {
  readonly radius: number;
}

/** What is on an image, in pixels of that image, from its upper left corner. */
export interface FundusDescription {
  /** In no order that matters; `radius` reaches over all of a cluster or a tangle. */
  readonly lesions: readonly (Round & { readonly kind: LesionKind })[];
  readonly disc: Round;
  readonly macula: Point;
  /** The camera's round field. */
  readonly field: Round;
}

/** Says what `drawFundus` draws for the same options. */
export function describeFundus(options: FundusOptions): FundusDescription {
  const { eye, camera, lesions } = createScene(options);
  const view = viewOf(camera, options);
  return {
    lesions: lesions.map(({ kind, at, radius }) => ({ kind, ...toPixels(view, at), radius: radius * view.scale })),
    disc: { ...toPixels(view, eye.disc), radius: eye.discRadius * view.scale },
    macula: toPixels(view, eye.macula),
    field: { ...view.centre, radius: view.scale / 2 },
  };
}
