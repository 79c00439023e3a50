import { formatCount } from '@eyegazer/client';
import { AppError, type DatasetWire, type SplitConfig } from '@eyegazer/core';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { followImport } from '../imports/follow-import.js';
import { formatReport } from '../datasets/format-report.js';
import { resolveServerPath } from '../datasets/resolve-server-path.js';
import { exitCodes } from '../exit-codes.js';
import { examples } from '../help-text.js';
import { wholeNumber } from '../input/whole-number.js';
import { withInterrupt } from '../interrupt.js';
import { createStepFilter } from '../output/create-step-filter.js';
import { createStatusLine } from '../output/status-line.js';
import type { Runner } from '../runner.js';

interface ImportOptions {
  holdout?: number;
  seed?: number;
  holdoutList?: string;
}

export function addDatasetsImportCommand(datasets: Command, run: Runner): void {
  datasets
    .command('import')
    .description('read a folder of labelled images on the server into a dataset')
    .argument('<name>', 'lower-case letters, digits, dots, dashes, underscores')
    .argument('<path>', 'folder on the server; a relative one where the server is this machine')
    .option('--holdout <share>', 'share of every class that is held out (0.1)', parseShare)
    .option('--seed <number>', 'chooses which (42)', wholeNumber(0))
    .addOption(new Option('--holdout-list <file>', 'CSV on the server whose first column names the images to hold out').conflicts(['holdout', 'seed']))
    .addHelpText(
      'after',
      examples(['eyegazer datasets import aptos /data/aptos', 'hold out a tenth of every class'], ['eyegazer datasets import aptos /data/aptos --holdout-list /data/holdout.csv', 'hold out these']),
    )
    .action(
      run(async (context, name: string, path: string, { holdout, seed, holdoutList }: ImportOptions) => {
        const { api, server } = await context.connect();
        const split: SplitConfig = holdoutList === undefined ? { kind: 'stratified', holdout: holdout ?? 0.1, seed: seed ?? 42 } : { kind: 'list', file: resolveServerPath(holdoutList, server.url) };
        const { id } = await api.createDataset({ name, source: { kind: 'path', uri: resolveServerPath(path, server.url) }, split });
        const status = createStatusLine(context.err);
        const isNews = createStepFilter();
        const show = ({ progress }: DatasetWire): void => {
          if (!progress) return;
          const { phase, done, total } = progress;
          const share = total === null || total === 0 ? null : done / total;
          const text = `${phase}  ${formatCount(done)}${total === null ? '' : ` of ${formatCount(total)}`}`;
          if (context.err.isTty) status.show(share, text);
          else if (isNews(phase, share ?? 0)) context.err.line(text);
        };
        return withInterrupt(async (signal) => {
          try {
            const dataset = await followImport((signal) => api.getDataset(id, { signal }), { signal, onProgress: show });
            status.end();
            if (context.json) context.printJson(dataset);
            if (dataset.state === 'failed') throw new AppError(dataset.error?.code ?? 'BAD_DATASET', dataset.error?.message);
            if (!context.json) context.out.lines(formatReport(dataset, { width: context.out.columns, paint: context.out.paint }));
            return exitCodes.ok;
          } catch (error) {
            status.end();
            if (!signal.aborted) throw error;
            context.err.line('The import goes on by itself. `eyegazer datasets ls` shows how far it is.');
            return exitCodes.interrupted;
          }
        });
      }),
    );
}

function parseShare(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < 1)) throw new InvalidArgumentError('Expected a share between 0 and 1, such as 0.1.');
  return value;
}
