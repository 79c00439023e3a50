import type { ModelFacts } from '@eyegazer/core';
import type { BaseModel } from '@eyegazer/formats';
import type { ModelFile } from '@eyegazer/platform';

/** What lists show of a model. */
export function modelFactsOf({ config, parameterCount }: BaseModel, files: readonly ModelFile[]): ModelFacts {
  const { modelType, imageSize, patchSize, hiddenSize, numHiddenLayers, numAttentionHeads } = config;
  const byteLength = files.reduce((sum, file) => sum + file.byteLength, 0);
  return { modelType, parameterCount, byteLength, imageSize, patchSize, hiddenSize, numHiddenLayers, numAttentionHeads };
}
