import type { LoraConfig } from '@eyegazer/formats';

/** What of a model trains, beside its head: LoRA factors, nothing, or every tensor of the base model. */
export type Adaptation = LoraAdaptation | { readonly method: 'head' } | { readonly method: 'full' };

export type LoraAdaptation = { readonly method: 'lora' } & LoraConfig;

/** The probability by which LoRA's inputs are dropped; 0 where there is no LoRA. */
export function dropoutOf(adaptation: Adaptation): number {
  return adaptation.method === 'lora' ? adaptation.loraDropout : 0;
}
