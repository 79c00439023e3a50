import type { ReadyModelWire } from '@eyegazer/core';
import type { StoredModel } from '@eyegazer/platform';

/** A model without where its bytes are. */
export function presentModel({ files: _, ...model }: StoredModel): ReadyModelWire {
  return model;
}
