import type { AdapterConfig } from '@eyegazer/core';
import { createLoraConfig } from '@eyegazer/formats';
import type { Adaptation } from '@eyegazer/model';

/** What trains, as the engine knows it. */
export function createAdaptation(adapter: AdapterConfig): Adaptation {
  switch (adapter.method) {
    case 'lora':
      return { method: 'lora', ...createLoraConfig(adapter) };
    case 'head':
      return { method: 'head' };
    case 'full':
      return { method: 'full' };
    default:
      return adapter satisfies never;
  }
}
