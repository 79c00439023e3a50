import type { ModelWire } from '@eyegazer/core';
import type { StoredModel } from '@eyegazer/platform';

/** A model without where its bytes are. */
export function presentModel(model: StoredModel): ModelWire {
  const { id, name, source, parameterCount, byteLength, imageSize, patchSize, hiddenSize, numHiddenLayers, numAttentionHeads, createdAt } = model;
  return { id, name, source, parameterCount, byteLength, imageSize, patchSize, hiddenSize, numHiddenLayers, numAttentionHeads, createdAt };
}
