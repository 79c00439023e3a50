/**
 * Whether AdamW decays a tensor. `noDecay` lists suffixes of names that are spared; null spares what Transformers' Trainer
 * spares: biases and every normalisation. LoRA factors, position embeddings and class tokens are decayed, there and here.
 * Source: transformers trainer.py, `get_decay_parameter_names`.
 */
export function isDecayed(name: string, noDecay: readonly string[] | null = null): boolean {
  if (noDecay !== null) return !noDecay.some((suffix) => name.endsWith(suffix));
  return !/bias|norm/i.test(name);
}
