/**
 * README.md of an export, whose front matter says which files are which split and what the labels mean. `datasets` reads it when
 * the folder is loaded: `dataset_info` gives the features of parquet files, `configs[].features` (since 3.1) those of an
 * imagefolder, whose own would be taken from its metadata.
 * https://huggingface.co/docs/datasets/repository_structure
 */
import type { ExportLayout } from '@eyegazer/core';
import type { ExportedSplit } from './export-splits.js';

export interface CardOptions {
  /** Of the dataset and its version. */
  readonly name: string;
  readonly layout: ExportLayout;
  readonly classNames: readonly string[];
  readonly splits: readonly ExportedSplit[];
}

export function writeDatasetCard({ name, layout, classNames, splits }: CardOptions): string {
  const features = (indent: string): string[] =>
    ['features:', '- name: image', '  dtype: image', '- name: label', '  dtype:', '    class_label:', '      names:', ...classNames.map((className, id) => `        '${id}': ${quoteYaml(className)}`)].map((line) => indent + line);
  const paths = splits.flatMap(({ name: split }) => [`  - split: ${split}`, `    path: ${layout === 'parquet' ? `data/${split}-*` : `${split}/*`}`]);
  const front = ['configs:', '- config_name: default', '  data_files:', ...paths, ...(layout === 'imagefolder' ? features('  ') : []), 'dataset_info:', '  config_name: default', ...features('  ')];
  const counts = splits.map(({ name: split, samples }) => `- ${split}: ${samples.length} images${split === 'test' ? ', without labels (-1)' : ''}`);
  const code = ['```python', 'from datasets import load_dataset', '', "dataset = load_dataset('path/to/this/folder')", '```'];
  return ['---', ...front, '---', '', `# ${name.replace(/[\r\n]+/g, ' ')}`, '', ...counts, '', ...code, '', 'Made by Eyegazer. Needs `datasets` 3.4 or newer.', ''].join('\n');
}

/**
 * A YAML string in double quotes, where JSON's escapes mean the same. What YAML 1.1 counts as a line end or does not allow as a
 * letter is escaped as well, or names such as `no` would be read as something else.
 */
function quoteYaml(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
