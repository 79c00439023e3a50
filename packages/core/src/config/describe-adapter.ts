import type { AdapterConfig } from './adapter-config.js';

/** What trains, in a few words: `LoRA r 16`, `head only`, `full fine-tuning`. */
export function describeAdapter(adapter: AdapterConfig): string {
  switch (adapter.method) {
    case 'lora':
      return `LoRA r ${adapter.r}`;
    case 'head':
      return 'head only';
    case 'full':
      return 'full fine-tuning';
    default:
      return adapter satisfies never;
  }
}
