export const gpuModels = ['vit-base', 'vit-large'] as const;
export const gpuPrecisions = ['fp32', 'fp16'] as const;

export interface GpuResult {
  imagesPerSecond: number;
  /** What the process took on the GPU; null where nothing tells. */
  memoryBytes: number | null;
}
