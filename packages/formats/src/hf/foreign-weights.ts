/** Weights in formats that are not read here, and what their owner can do. */

const hint = {
  transformers:
    'In Python, `from transformers import AutoModel; AutoModel.from_pretrained("FOLDER").save_pretrained("FOLDER")` writes model.safetensors.',
  pickle:
    'Load it with the program that made it and write it with `model.save_pretrained("FOLDER")` of Transformers, or use the same model from a repository that has model.safetensors.',
  layout:
    "Use the same model from a repository in Transformers' layout, such as google/vit-base-patch16-224-in21k, facebook/deit-base-patch16-224 or facebook/dinov2-base.",
};

const foreign: readonly { pattern: RegExp; kind: string; fix: string }[] = [
  { pattern: /^pytorch_model.*\.bin(\.index\.json)?$/, kind: 'a pickle, which can run code when it is read', fix: hint.transformers },
  { pattern: /\.(pth|pt|ckpt|pkl|pickle|bin|th)$/i, kind: 'a pickle, which can run code when it is read', fix: hint.pickle },
  { pattern: /\.npz$/i, kind: 'a JAX checkpoint', fix: hint.layout },
  { pattern: /^tf_model.*\.h5$/, kind: 'TensorFlow weights', fix: 'Use the same model from a repository that has model.safetensors.' },
  { pattern: /^flax_model.*\.msgpack$/, kind: 'Flax weights', fix: 'Use the same model from a repository that has model.safetensors.' },
];

/** Says which of a folder's files hold weights that cannot be read here and how to convert them; undefined for none. */
export function explainForeignWeights(names: readonly string[]): string | undefined {
  for (const { pattern, kind, fix } of foreign) {
    const name = names.find((candidate) => pattern.test(candidate));
    if (name !== undefined) return `expected model.safetensors, got ${name}, ${kind}. ${fix}`;
  }
  return undefined;
}

/** Says what to do with a safetensors file of timm or of the authors' own code; undefined for other names. */
export function explainForeignTensors(names: Iterable<string>): string | undefined {
  for (const name of names) {
    if (/(^|\.)blocks\.(\d+\.)+attn\.qkv\.weight$/.test(name)) return `expected tensors under Transformers' names, got "${name}", a name of timm. ${hint.layout}`;
  }
  return undefined;
}

/** The same for a config.json of timm, which names an `architecture` and no model_type. */
export function explainForeignConfig(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || 'model_type' in json || !('architecture' in json)) return undefined;
  return `expected a model_type, got an architecture of timm. ${hint.layout}`;
}
