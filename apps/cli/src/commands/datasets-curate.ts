import { formatCount } from '@eyegazer/client';
import { AppError, type CurationPreview, type DatasetVersionWire, type DatasetWire } from '@eyegazer/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { addChoiceOptions, readChoices, type ChoiceOptions } from '../datasets/choice-options.js';
import { formatCounts, sumCounts } from '../datasets/format-counts.js';
import { formatFindings } from '../datasets/format-findings.js';
import { resolveServerPath } from '../datasets/resolve-server-path.js';
import { examples } from '../help-text.js';
import { cleanText } from '../output/clean-text.js';
import type { Runner } from '../runner.js';

interface CurateOptions extends ChoiceOptions {
  dryRun?: boolean;
}

export function addDatasetsCurateCommand(datasets: Command, run: Runner): void {
  const command = datasets.command('curate').description("make a version of a dataset's images by other choices; what is not said stays as in the newest version").argument('<name>', 'of the dataset');
  addChoiceOptions(command)
    .option('-n, --dry-run', 'only count what it would hold')
    .addHelpText(
      'after',
      examples(
        ['eyegazer datasets curate aptos --conflicts dropGroup --dry-run', 'what would be left'],
        ['eyegazer datasets curate aptos --classes "no DR=0,DR=1+2+3+4" --no-ordinal', 'two classes'],
        ['eyegazer datasets curate aptos --split kfold --folds 5 --fold 2', 'the third of five folds'],
        ['eyegazer datasets curate aptos --file choices.yaml', 'all choices from a file'],
      ),
    )
    .action(run(curate));
}

async function curate(context: Context, name: string, { dryRun = false, ...options }: CurateOptions): Promise<void> {
  const { api, server } = await context.connect();
  const dataset = await api.getDataset(name);
  if (!dataset.latest) throw new AppError('BAD_DATASET', `${dataset.name} has no version yet: ${dataset.state === 'failed' ? 'its import has failed' : 'its import is under way'}.`);
  const choices = await readChoices(options, { before: dataset.latest.curation, serverPath: (path) => resolveServerPath(path, server.url) });
  if (dryRun) return show(context, dataset, await api.previewVersion(dataset.id, choices));
  const version = await api.createVersion(dataset.id, choices);
  return show(context, dataset, version);
}

function show(context: Context, { name, latest }: DatasetWire, made: CurationPreview | DatasetVersionWire): void {
  const { out } = context;
  if (context.json) return context.printJson(made);
  const isPreview = 'version' in made && !('contentId' in made);
  const leftOut = typeof made.leftOut === 'number' ? made.leftOut : sumCounts(Object.values(made.leftOut));
  const title = isPreview
    ? `${cleanText(name)} would have ${formatCount(made.classNames.length)} ${made.ordinal ? 'ordered ' : ''}classes${made.version === null ? '' : `: ${cleanText(name)}@${made.version} is the same`}`
    : `${cleanText(name)}@${made.version} ${made.version !== null && made.version <= (latest?.version ?? 0) ? 'has these choices already' : 'is made'}: ${formatCount(made.classNames.length)} ${made.ordinal ? 'ordered ' : ''}classes`;
  out.lines([
    title,
    '',
    ...formatCounts(made, { width: out.columns, paint: out.paint }),
    ...(leftOut === 0 ? [] : ['', `${formatCount(leftOut)} ${leftOut === 1 ? 'image is' : 'images are'} left out${typeof made.leftOut === 'number' ? '' : `: ${describeLeftOut(made.leftOut)}`}.`]),
    ...formatFindings(made.findings).flatMap((finding) => ['', out.paint('yellow', finding)]),
  ]);
}

function describeLeftOut({ duplicates, conflicts, labels }: CurationPreview['leftOut']): string {
  const reasons = [[duplicates, 'as duplicates'], [conflicts, 'for conflicting classes'], [labels, 'because their label is in no class']] as const;
  return reasons.filter(([count]) => count > 0).map(([count, why]) => `${formatCount(count)} ${why}`).join(', ');
}
