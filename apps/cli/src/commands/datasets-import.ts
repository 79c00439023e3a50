import { formatCount } from '@eyegazer/client';
import { AppError, createDatasetSchema, parseWith, type DatasetWire } from '@eyegazer/core';
import { Option, type Command } from 'commander';
import type { Context } from '../context.js';
import { addChoiceOptions, readChoices, type ChoiceOptions } from '../datasets/choice-options.js';
import { findImportSource } from '../datasets/find-import-source.js';
import { formatReport } from '../datasets/format-report.js';
import { resolveServerPath } from '../datasets/resolve-server-path.js';
import { sendArchive } from '../datasets/send-archive.js';
import { exitCodes } from '../exit-codes.js';
import { examples } from '../help-text.js';
import { followImport } from '../imports/follow-import.js';
import { withInterrupt } from '../interrupt.js';
import { createStepFilter } from '../output/create-step-filter.js';
import { createStatusLine } from '../output/status-line.js';
import type { Runner } from '../runner.js';

interface ImportOptions extends ChoiceOptions {
  imageColumn?: string;
  labelColumn?: string;
  groupColumn?: string;
  splitColumn?: string;
}

export function addDatasetsImportCommand(datasets: Command, run: Runner): void {
  const command = datasets
    .command('import')
    .description('read labelled images into a dataset: APTOS, class folders, Hugging Face imagefolder or parquet')
    .argument('<name>', 'lower-case letters, digits, dots, dashes, underscores')
    .argument('<source>', 'folder or zip file on the server, s3://bucket/prefix, or a .zip file of this machine, which is sent');
  addChoiceOptions(command)
    .addOption(new Option('--holdout-list <file>', 'CSV whose first column names the images to hold out').conflicts(['split', 'holdout', 'folds', 'fold', 'seed']))
    .option('--image-column <name>', "column of a table that holds an image's id or file name")
    .option('--label-column <name>', 'column that holds its label')
    .option('--group-column <name>', 'column that holds what a split never divides, such as a patient')
    .option('--split-column <name>', 'column that says train, validation or test')
    .addHelpText(
      'after',
      examples(
        ['eyegazer datasets import aptos /data/aptos', 'a folder of the server; a tenth of every class is held out'],
        ['eyegazer datasets import aptos aptos.zip', 'sends it; run again after an interruption, it goes on where it stopped'],
        ['eyegazer datasets import aptos s3://eyes/aptos --holdout-list /data/holdout.csv', 'a bucket; holds out these images'],
        ['eyegazer datasets import dr aptos.zip --classes "no DR=0,DR=1+2+3+4" --conflicts dropGroup', 'two classes of five labels'],
      ),
    )
    .action(run(importDataset));
}

async function importDataset(context: Context, name: string, text: string, options: ImportOptions): Promise<number> {
  const { api, server } = await context.connect();
  const source = await findImportSource(text, server.url);
  // A list in an archive, or in a bucket, is named as it lies there.
  const serverPath = (path: string): string => (source.kind === 'path' ? resolveServerPath(path, server.url) : path);
  const choices = await readChoices(options, { before: {}, serverPath });
  const { imageColumn: image, labelColumn: label, groupColumn: group, splitColumn: split } = options;
  const columns = Object.fromEntries(Object.entries({ image, label, group, split }).filter(([, column]) => column !== undefined));
  const request = { name, columns, ...choices };
  // What is wrong is said before gigabytes are sent.
  parseWith(createDatasetSchema, { ...request, source: { kind: 'path', uri: text } }, { what: 'dataset' });

  return withInterrupt(async (signal) => {
    const progress = createImportLine(context);
    let isBegun = false;
    try {
      const place = source.kind === 'file' ? { kind: 'upload' as const, uri: await sendArchive(api, context, { ...source, signal }) } : source;
      const { id } = await api.createDataset({ ...request, source: place });
      isBegun = true;
      const dataset = await followImport((signal) => api.getDataset(id, { signal }), { signal, onProgress: progress.show });
      progress.end();
      if (context.json) context.printJson(dataset);
      if (dataset.state === 'failed') throw new AppError(dataset.error?.code ?? 'BAD_DATASET', dataset.error?.message);
      if (!context.json) context.out.lines(formatReport(dataset, { width: context.out.columns, paint: context.out.paint }));
      return exitCodes.ok;
    } catch (error) {
      progress.end();
      if (!signal.aborted) throw error;
      context.err.line(isBegun ? 'The import goes on by itself. `eyegazer datasets ls` shows how far it is.' : 'Interrupted. The same command goes on where this one ended.');
      return exitCodes.interrupted;
    }
  });
}

function createImportLine({ err }: Context): { show: (dataset: DatasetWire) => void; end: () => void } {
  const status = createStatusLine(err);
  const isNews = createStepFilter();
  return {
    show({ progress }) {
      if (!progress) return;
      const { phase, done, total } = progress;
      const share = total === null || total === 0 ? null : done / total;
      const text = `${phase}  ${formatCount(done)}${total === null ? '' : ` of ${formatCount(total)}`}`;
      if (err.isTty) status.show(share, text);
      else if (isNews(phase, share ?? 0)) err.line(text);
    },
    end: () => status.end(),
  };
}
