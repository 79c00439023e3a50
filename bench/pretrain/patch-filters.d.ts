import type { ViTConfig } from '@eyegazer/formats';
/**
 * What a patch projection starts from: the lowest cosine waves (DCT-II) of a patch along three colour axes. Images hold less the
 * finer the wave, so finer waves are amplified; from random filters, a small model sees brightness and little else for long.
 * Shape: [hiddenSize, 3, patchSize, patchSize]
 */
export declare function createPatchFilters({ hiddenSize, patchSize: P }: Pick<ViTConfig, 'hiddenSize' | 'patchSize'>): Float32Array;
//# sourceMappingURL=patch-filters.d.ts.map