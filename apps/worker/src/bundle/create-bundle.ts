import { AppError } from '@eyegazer/core';
import { createLoraConfig, writePeftAdapter, writePreprocessorConfig } from '@eyegazer/formats';
import type { BundleFacts, BundleFile } from './bundle-facts.js';
import { checksums } from './checksums.js';
import { configYaml } from './config-yaml.js';
import { labelsJson } from './labels-json.js';
import { metricsJson } from './metrics-json.js';
import { adapterCard, bundleReadme } from './model-card.js';
import { predictionsCsv } from './predictions-csv.js';

/** Makes every file of the bundle; SHA256SUMS, which names the others, is the last. */
export function createBundle(facts: BundleFacts): BundleFile[] {
  const { config, task, dataset, baseModel, best } = facts;
  if (config.adapter.method !== 'lora') throw new AppError('INTERNAL', 'not yet');
  const adapter = writePeftAdapter({
    config: baseModel.config,
    lora: createLoraConfig(config.adapter),
    baseModelNameOrPath: baseModel.name,
    naming: config.export.naming,
    tensors: best.tensors,
  });
  const files: BundleFile[] = [...adapter].map(([name, bytes]) => ({ name: `adapter/${name}`, bytes }));
  const add = (name: string, text: string): void => void files.push({ name, bytes: new TextEncoder().encode(text) });
  add('adapter/README.md', adapterCard(facts));
  add('labels.json', labelsJson(task, dataset.classNames));
  add('preprocessor_config.json', writePreprocessorConfig(baseModel.preprocessor));
  add('metrics.json', metricsJson(facts));
  add('predictions.csv', predictionsCsv(task, facts.heldOut, best.logits));
  add('config.yaml', configYaml(facts));
  add('README.md', bundleReadme(facts));
  add('SHA256SUMS', checksums(files));
  return files;
}
