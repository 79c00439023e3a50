import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createLoraConfig, writePeftAdapter, writePreprocessorConfig, type LoraConfig } from '@eyegazer/formats';
import type { BundleFacts } from './bundle-facts.js';
import { checksums } from './checksums.js';
import { configYaml } from './config-yaml.js';
import { labelsJson } from './labels-json.js';
import { metricsJson } from './metrics-json.js';
import { adapterCard, bundleReadme, modelCard } from './model-card.js';
import { predictionsCsv } from './predictions-csv.js';
import { writeModelFolder } from './write-model-folder.js';

/**
 * Writes every file of the bundle into a folder that exists: `adapter/` for LoRA, else `model/`, the base model with its
 * head, because PEFT has no form for either.
 * @returns the files' paths in the bundle; SHA256SUMS, which names the others, is the last
 */
export async function createBundle(facts: BundleFacts, folder: string): Promise<string[]> {
  const { config, task, dataset, best } = facts;
  const names: string[] = [];
  const add = async (name: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
    names.push(name);
  };
  if (config.adapter.method === 'lora') {
    for (const [name, bytes] of adapterFiles(facts, createLoraConfig(config.adapter))) await add(`adapter/${name}`, bytes);
    await add('adapter/README.md', adapterCard(facts));
    await add('preprocessor_config.json', writePreprocessorConfig(facts.baseModel.preprocessor));
  } else {
    for (const name of await writeModelFolder(facts, join(folder, 'model'))) names.push(`model/${name}`);
    await add('model/README.md', modelCard(facts));
  }
  await add('labels.json', labelsJson(task, dataset.classNames));
  await add('metrics.json', metricsJson(facts));
  await add('predictions.csv', predictionsCsv(task, facts.heldOut, best.logits));
  await add('config.yaml', configYaml(facts));
  await add('README.md', bundleReadme(facts));
  await add('SHA256SUMS', await checksums(folder, names));
  return names;
}

function adapterFiles({ config, baseModel, best }: BundleFacts, lora: LoraConfig): Map<string, Uint8Array> {
  return writePeftAdapter({ config: baseModel.config, lora, baseModelNameOrPath: baseModel.name, naming: config.export.naming, tensors: best.tensors });
}
