import { stringify } from 'yaml';
import type { BundleFacts } from './bundle-facts.js';

/** config.yaml: the config in full, every default written out and the dataset's version pinned, so that it can be submitted again. */
export function configYaml({ name, config, dataset }: BundleFacts): string {
  return stringify({ ...config, name, dataset: `${dataset.name}@${dataset.version}` });
}
