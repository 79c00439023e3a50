import { isAbsolute } from 'node:path';
import { numOutputsOf, type LoraAdapterConfig } from '@eyegazer/core';
import { createLoraConfig, findLoraModules, vitFamilies, type LoraModule, type ViTModelType } from '@eyegazer/formats';
import type { BundleFacts } from './bundle-facts.js';
import type { Instructions } from './instructions.js';
import { needsInterpolation } from './needs-interpolation.js';

/** How an adapter is laid over its base model, in the versions of Transformers that its names are for. */
export function adapterInstructions(facts: BundleFacts, adapter: LoraAdapterConfig): Instructions {
  const { config, baseModel } = facts;
  const isClassic = config.export.naming === 'classic';
  return {
    introduction: introduction(facts),
    imports: [
      'import json',
      '',
      'import torch',
      `from peft import ${isClassic ? 'PeftConfig, PeftModel' : 'PeftModel'}`,
      'from PIL import Image',
      `from transformers import AutoImageProcessor, ${modelClass(baseModel.config.modelType)}`,
    ],
    loading: [
      ...loading(facts),
      ...(isClassic ? renaming(findLoraModules(createLoraConfig(adapter), baseModel.config), baseModel.config.modelType) : []),
      'model.eval()',
      'processor = AutoImageProcessor.from_pretrained(".")  # reads preprocessor_config.json',
    ],
  };
}

function introduction(facts: BundleFacts): string[] {
  const { config, baseModel } = facts;
  const lines = {
    dual: 'The adapter holds its tensors under the module names of both eras of Transformers: these lines work with 4.x and 5.x alike, and a warning about unexpected keys is harmless.',
    classic: 'The adapter holds its tensors under the classic module names: these lines work with Transformers up to 5.8 as they are, and from 5.9 on with the two lines marked so.',
    new: 'The adapter holds its tensors under the new module names: these lines need Transformers 5.9 or newer.',
  } as const;
  const { imageSize } = baseModel.config;
  const another = `It was trained on images of ${imageSize} x ${imageSize} pixels, its base model on ${baseModel.pretrainedImageSize} x ${baseModel.pretrainedImageSize}`;
  return [
    lines[config.export.naming],
    `\`base\` is the base model \`${baseModel.name}\`: a hub id, or the folder that holds its \`config.json\` and \`model.safetensors\`.`,
    ...(imageSize === baseModel.pretrainedImageSize ? [] : [`${another}: ${needsInterpolation(facts) ? '`interpolate_pos_encoding=True` fits the position embeddings' : 'Transformers fits the position embeddings by itself'}.`]),
  ];
}

function loading({ task, baseModel, dataset }: BundleFacts): string[] {
  const head =
    task.kind === 'regression'
      ? `num_labels=${numOutputsOf(task, dataset.classNames.length)}`
      : 'id2label=id2label, label2id=labels["label2id"]';
  const [, id, revision] = /^hub:([^@]+)@(.+)$/.exec(baseModel.source) ?? [];
  const base = id ?? (isAbsolute(baseModel.source) ? baseModel.source : baseModel.name);
  const pinned = revision === undefined || revision === 'main' ? '' : `, revision=${JSON.stringify(revision)}`;
  return [
    `base = ${JSON.stringify(base)}`,
    'labels = json.load(open("labels.json"))',
    'id2label = {int(i): name for i, name in labels["id2label"].items()}',
    '# ignore_mismatched_sizes: the head of the base model, if it has one, is replaced by the trained one',
    `model = ${modelClass(baseModel.config.modelType)}.from_pretrained(base${pinned}, ${head}, ignore_mismatched_sizes=True)`,
    'model = PeftModel.from_pretrained(model, "adapter/")',
  ];
}

/** The auto class takes a distilled DeiT for the class with two heads, of which neither was trained. */
function modelClass(modelType: ViTModelType): string {
  return modelType === 'deit' ? vitFamilies.deit.classifierClass : 'AutoModelForImageClassification';
}

/** From 5.9 on: a pattern does its whole rename, because each key is rewritten by the first that matches. One pattern for every kind of module that has tensors. */
function renaming(modules: readonly LoraModule[], modelType: ViTModelType): string[] {
  const { layersPaths, linearPaths } = vitFamilies[modelType];
  const last = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  const escape = (path: string): string => path.replaceAll('.', '\\.');
  const paths = [...new Set(modules.map(({ target }) => linearPaths[target]))];
  const names = paths.map((path) => JSON.stringify(last(path.new))).join(', ');
  const mapping = paths.map((path) => `r"${escape(layersPaths.classic)}\\.(\\d+)\\.${escape(path.classic)}": r"${layersPaths.new}.\\1.${path.new}"`);
  return [
    '# Transformers 5.9 or newer, in place of the line above:',
    `# config = PeftConfig.from_pretrained("adapter/"); config.target_modules = {${names}}`,
    `# model = PeftModel.from_pretrained(model, "adapter/", config=config, key_mapping={${mapping.join(', ')}})`,
  ];
}
