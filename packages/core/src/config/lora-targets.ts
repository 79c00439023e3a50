/** Linear layers of a Hugging Face ViT that LoRA can adapt, by their classic module names. */
export const loraTargetModules = ['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'] as const;
export type LoraTargetModule = (typeof loraTargetModules)[number];
