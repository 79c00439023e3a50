import { taskClassNames, type EventData } from '@eyegazer/core';
import type { BundleFacts } from './bundle-facts.js';
import { loadInstructions } from './load-instructions.js';

/** README.md of the bundle: what this is, how to load it, how well it does, what was found to be wrong with it. */
export function bundleReadme(facts: BundleFacts): string {
  return `# ${facts.name}

${summary(facts)}

## Use

Run these lines in the folder of this file.

${loadInstructions(facts)}
${results(facts)}
## Files

| file | holds |
|---|---|
${folderRows(facts)}
| \`labels.json\` | class names by id, the task, and for a grade the thresholds between classes |
| \`metrics.json\` | every evaluation, and the findings of the health rules |
| \`predictions.csv\` | outputs for every held-out image |
| \`config.yaml\` | the experiment, to be submitted again |
| \`SHA256SUMS\` | checksums: \`sha256sum -c SHA256SUMS\` |

${licence(facts)}`;
}

/** Rows of the table of files that depend on what trained. */
function folderRows({ config }: BundleFacts): string {
  if (config.adapter.method !== 'lora') return '| `model/` | base model and trained head, and how an image becomes their pixels, for Hugging Face Transformers |';
  return [
    '| `adapter/` | the LoRA adapter and the trained head, for Hugging Face PEFT |',
    "| `preprocessor_config.json` | how an image becomes the model's pixels |",
  ].join('\n');
}

/** adapter/README.md: the card that the Hugging Face Hub shows. */
export function adapterCard(facts: BundleFacts): string {
  const { name } = facts.baseModel;
  return `---
base_model: ${JSON.stringify(name)}
library_name: peft
tags:
- ${JSON.stringify(`base_model:adapter:${name}`)}
- lora
- transformers
---

${cardBody(facts)}`;
}

/** model/README.md: the card that the Hugging Face Hub shows. */
export function modelCard(facts: BundleFacts): string {
  const { name } = facts.baseModel;
  return `---
base_model: ${JSON.stringify(name)}
library_name: transformers
pipeline_tag: image-classification
tags:
- ${JSON.stringify(`base_model:finetune:${name}`)}
---

${cardBody(facts)}`;
}

function cardBody(facts: BundleFacts): string {
  return `# ${facts.name}

${summary(facts)}

Labels: ${taskClassNames(facts.task, facts.dataset.classNames)
    .map((label, id) => (label === String(id) ? label : `${id} (${label})`))
    .join(', ')}.

The lines run in the bundle's top folder, one above this one.

${loadInstructions(facts)}
${results(facts)}
${licence(facts)}`;
}

function summary({ config, task, dataset, baseModel, heldOut, best, stopReason, precision }: BundleFacts): string {
  const { training } = config;
  const kinds = { multiclass: `${dataset.classNames.length}-class classification`, binary: 'binary classification', regression: 'regression of a grade' } as const;
  const lines = [
    `${whatTrained(config)} \`${baseModel.name}\` for ${kinds[task.kind]}, trained by Eyegazer on`,
    `\`${dataset.name}@${dataset.version}\`: effective batch ${training.effectiveBatch}, learning rate ${training.learningRate}, ${training.epochs} epochs, seed ${training.seed}.`,
    `It is the state after update ${best.evaluation.update}, the best of its run by ${config.evaluation.metric} on ${heldOut.length} held-out images.`,
  ];
  if (training.ema !== null) lines.push(`Its weights are the moving average over the updates, decay ${training.ema}.`);
  if (precision === 'int8' || precision === 'int4') {
    lines.push(`The frozen weights were kept in ${precision} while it trained and answered; with those of the base model as they are, its outputs differ a little from \`predictions.csv\`.`);
  }
  lines.push(...imageSteps(config));
  if (stopReason !== null) lines.push('', `**This run was stopped before its end: ${stopReason}**`);
  return lines.join('\n');
}

/** What a reader has to do to an image before the processor sees it. */
function imageSteps({ images }: BundleFacts['config']): string[] {
  const steps = [
    ...(images.cropToDisc ? ['cut to the square around the bright disc, black where the image ends'] : []),
    ...(images.localMean ? ['replaced by `4 * (image - blurred image) + 128`, blurred with a standard deviation of a sixtieth of the shorter side'] : []),
    ...(images.circularMask ? ["blackened outside of 95 % of the disc's radius"] : []),
  ];
  if (steps.length === 0) return [];
  return ['', `**Before the processor every image was ${steps.join(', then ')}** (\`images\` in \`config.yaml\`), in training and evaluation alike. The lines below do not do that: do it to your images first.`];
}

function whatTrained({ adapter }: BundleFacts['config']): string {
  switch (adapter.method) {
    case 'lora':
      return `A LoRA adapter (r ${adapter.r}, alpha ${adapter.alpha}, on ${typeof adapter.targetModules === 'string' ? 'every linear layer' : adapter.targetModules.join(', ')}) of`;
    case 'head':
      return 'A classification head on the frozen';
    case 'full':
      return 'A full fine-tuning of';
    default:
      return adapter satisfies never;
  }
}

function results({ best, findings }: BundleFacts): string {
  const { evaluation } = best;
  const metrics = Object.entries(evaluation.metrics).filter(([, value]) => value !== null) as [string, number][];
  const rows = evaluation.classNames.map(
    (name, k) =>
      `| ${escapeCell(name)} | ${evaluation.truthCounts[k]} | ${evaluation.predictedCounts[k]} | ${show(evaluation.recall[k])} | ${show(evaluation.precision[k])} |`,
  );
  return `## Results on the held-out images

| metric | value |
|---|---|
${metrics.map(([name, value]) => `| ${name} | ${value.toFixed(4)} |`).join('\n')}

| class | images | answered | recall | precision |
|---|---|---|---|---|
${rows.join('\n')}

## Findings

${listFindings(findings)}
`;
}

/** The newest word of each rule, at the level it reached. */
function listFindings(findings: readonly EventData<'finding'>[]): string {
  const newest = new Map(findings.map((finding) => [finding.rule, finding]));
  if (newest.size === 0) return 'The health rules found nothing wrong.';
  return [...newest.values()].map(({ rule, level, update, message }) => `- **${level}** (${rule}, update ${update}): ${message}`).join('\n');
}

function licence({ config, baseModel, dataset }: BundleFacts): string {
  return `## Licence

The terms of the base model \`${baseModel.name}\` and of the dataset \`${dataset.name}\` apply to this ${config.adapter.method === 'lora' ? 'adapter' : 'model'} too; Eyegazer adds none of its own. It is no medical device: do not use it for diagnosis.
`;
}

function show(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : value.toFixed(3);
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
