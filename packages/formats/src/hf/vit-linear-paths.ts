import type { LoraTargetModule } from '@eyegazer/core';

/**
 * Paths, within a layer, of the six linear modules, under the two names Transformers gave them: classic up to
 * 5.8 and in every full checkpoint, new in the module tree from 5.9 on (and so in adapters written there).
 * Source: transformers PR #41693.
 */
export const vitLinearPaths: Readonly<Record<LoraTargetModule, { readonly classic: string; readonly new: string }>> = {
  query: { classic: 'attention.attention.query', new: 'attention.q_proj' },
  key: { classic: 'attention.attention.key', new: 'attention.k_proj' },
  value: { classic: 'attention.attention.value', new: 'attention.v_proj' },
  'attention.output.dense': { classic: 'attention.output.dense', new: 'attention.o_proj' },
  'intermediate.dense': { classic: 'intermediate.dense', new: 'mlp.fc1' },
  'output.dense': { classic: 'output.dense', new: 'mlp.fc2' },
};

/** Path of the list of layers inside `vit`. */
export const vitLayersPaths = { classic: 'encoder.layer', new: 'layers' } as const;
