import { resolve } from 'node:path';
import { formatBytes } from '@eyegazer/client';
import { AppError, exportLayouts, type ExportLayout } from '@eyegazer/core';
import { Option, type Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { examples } from '../help-text.js';
import { withInterrupt } from '../interrupt.js';
import { createStatusLine } from '../output/status-line.js';
import { saveDownload } from '../pull/save-download.js';
import type { Runner } from '../runner.js';

export function addDatasetsExportCommand(datasets: Command, run: Runner): void {
  datasets
    .command('export')
    .description('save a version as a zip file in a layout of Hugging Face, for datasets.load_dataset')
    .argument('<dataset>', 'name, or name@version; the newest version unless given')
    .addOption(new Option('--layout <layout>', 'what is in it').choices(exportLayouts).default('parquet'))
    .option('-o, --output <file>', '<name>-<version>-<layout>.zip unless given')
    .addHelpText('after', examples(['eyegazer datasets export aptos@3', 'aptos-3-parquet.zip, here'], ['eyegazer datasets export aptos --layout imagefolder -o eyes.zip', 'the newest version, as image files']))
    .action(
      run(async (context, reference: string, { layout, output }: { layout: ExportLayout; output?: string }) => {
        const { api } = await context.connect();
        const { name, version } = splitReference(reference);
        const dataset = await api.getDataset(name);
        const chosen = version ?? dataset.latest?.version;
        if (chosen === undefined) throw new AppError('BAD_DATASET', `${dataset.name} has no version yet.`);
        const file = resolve(output ?? `${dataset.name}-${chosen}-${layout}.zip`);
        const status = createStatusLine(context.err);
        return withInterrupt(async (signal) => {
          try {
            const { byteLength } = await saveDownload({ what: 'export', file, open: () => api.exportVersion(dataset.id, chosen, { layout, signal }), onBytes: (bytes) => status.show(null, `${formatBytes(bytes)} saved`), signal });
            status.end();
            if (context.json) context.printJson({ dataset: dataset.name, version: chosen, layout, file, byteLength });
            else context.out.line(`${dataset.name}@${chosen} in ${layout} layout: ${formatBytes(byteLength)} in ${file}`);
            return exitCodes.ok;
          } catch (error) {
            status.end();
            if (!signal.aborted) throw error;
            context.err.line('Interrupted. Nothing was kept.');
            return exitCodes.interrupted;
          }
        });
      }),
    );
}

/** `aptos@3`, or `aptos`. @throws AppError BAD_REQUEST */
function splitReference(reference: string): { name: string; version: number | null } {
  const [, name, version] = /^([^@]+)(?:@(\d{1,9}))?$/.exec(reference) ?? [];
  if (name === undefined || version === '0') throw new AppError('BAD_REQUEST', `Expected a dataset such as aptos or aptos@3, got ${reference}.`);
  return { name, version: version === undefined ? null : Number(version) };
}
