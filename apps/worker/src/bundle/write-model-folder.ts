import { taskClassNames } from '@eyegazer/core';
import { writeImageClassifier } from '@eyegazer/formats';
import type { BundleFacts } from './bundle-facts.js';

/**
 * Writes the trained model as a folder that Transformers loads: what trained, and of the base model what did not.
 * @returns the names of its files
 */
export function writeModelFolder({ task, dataset, baseModel, best }: BundleFacts, folder: string): Promise<string[]> {
  const { config, preprocessor, readTensor } = baseModel;
  const isRegression = task.kind === 'regression';
  return writeImageClassifier(folder, {
    config,
    preprocessor,
    labels: isRegression ? ['grade'] : taskClassNames(task, dataset.classNames),
    problemType: isRegression ? 'regression' : 'single_label_classification',
    readTensor: async (name) => best.tensors.get(name)?.data ?? readTensor(name),
    head: best.tensors,
  });
}
