import type { ModelWire } from '@eyegazer/core';
import type { StoredModel } from '@eyegazer/platform';

/** A model without where its bytes are. */
export function presentModel(model: StoredModel): ModelWire {
  const { files: _files, ...wire } = model;
  return wire;
}
