import { isAbsolute } from 'node:path';
import { numOutputsOf } from '@eyegazer/core';
import { createLoraConfig, findLoraModules, vitLayersPaths, vitLinearPaths, type LoraModule } from '@eyegazer/formats';
import type { BundleFacts } from './bundle-facts.js';

/** The Python that opens the bundle and answers for one image, for the versions of Transformers its names are for. */
export function loadInstructions(facts: BundleFacts): string {
  return [...introduction(facts), '', '```python', ...imports(facts), '', ...loading(facts), '', ...answering(facts), '```', ''].join('\n');
}

function introduction({ config, baseModel }: BundleFacts): string[] {
  const lines = {
    dual: 'The adapter holds its tensors under the module names of both eras of Transformers: these lines work with 4.x and 5.x alike, and a warning about unexpected keys is harmless.',
    classic: 'The adapter holds its tensors under the classic module names: these lines work with Transformers up to 5.8 as they are, and from 5.9 on with the two lines marked so.',
    new: 'The adapter holds its tensors under the new module names: these lines need Transformers 5.9 or newer.',
  } as const;
  return [
    lines[config.export.naming],
    `\`base\` is the base model \`${baseModel.name}\`: a hub id, or the folder that holds its \`config.json\` and \`model.safetensors\`.`,
  ];
}

function imports({ config }: BundleFacts): string[] {
  const peft = config.export.naming === 'classic' ? 'PeftConfig, PeftModel' : 'PeftModel';
  return ['import json', '', 'import torch', `from peft import ${peft}`, 'from PIL import Image', 'from transformers import AutoImageProcessor, AutoModelForImageClassification'];
}

function loading({ config, task, baseModel, dataset }: BundleFacts): string[] {
  const head =
    task.kind === 'regression'
      ? `num_labels=${numOutputsOf(task, dataset.classNames.length)}`
      : 'id2label=id2label, label2id=labels["label2id"]';
  return [
    `base = ${JSON.stringify(isAbsolute(baseModel.source) ? baseModel.source : baseModel.name)}`,
    'labels = json.load(open("labels.json"))',
    'id2label = {int(i): name for i, name in labels["id2label"].items()}',
    '# ignore_mismatched_sizes: the head of the base model, if it has one, is replaced by the trained one',
    `model = AutoModelForImageClassification.from_pretrained(base, ${head}, ignore_mismatched_sizes=True)`,
    'model = PeftModel.from_pretrained(model, "adapter/")',
    ...(config.export.naming === 'classic' && config.adapter.method === 'lora' ? renaming(findLoraModules(createLoraConfig(config.adapter), baseModel.config)) : []),
    'model.eval()',
    'processor = AutoImageProcessor.from_pretrained(".")  # reads preprocessor_config.json',
  ];
}

/** From 5.9 on: a pattern does its whole rename, because each key is rewritten by the first that matches. One pattern for every kind of module that has tensors. */
function renaming(modules: readonly LoraModule[]): string[] {
  const last = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  const escape = (path: string): string => path.replaceAll('.', '\\.');
  const paths = [...new Set(modules.map(({ target }) => vitLinearPaths[target]))];
  const names = paths.map((path) => JSON.stringify(last(path.new))).join(', ');
  const mapping = paths.map(
    (path) => `r"${escape(vitLayersPaths.classic)}\\.(\\d+)\\.${escape(path.classic)}": r"${vitLayersPaths.new}.\\1.${path.new}"`,
  );
  return [
    '# Transformers 5.9 or newer, in place of the line above:',
    `# config = PeftConfig.from_pretrained("adapter/"); config.target_modules = {${names}}`,
    `# model = PeftModel.from_pretrained(model, "adapter/", config=config, key_mapping={${mapping.join(', ')}})`,
  ];
}

function answering({ task }: BundleFacts): string[] {
  const logits = ['pixels = processor(Image.open("image.png").convert("RGB"), return_tensors="pt")', 'with torch.no_grad():', '    logits = model(**pixels).logits[0]'];
  if (task.kind === 'regression') {
    return [...logits, 'grade = logits[0].item()', 'print(grade, id2label[sum(grade > cut for cut in labels["thresholds"])])'];
  }
  return [...logits, 'probabilities = logits.softmax(-1)', 'print({id2label[i]: p.item() for i, p in enumerate(probabilities)})'];
}
