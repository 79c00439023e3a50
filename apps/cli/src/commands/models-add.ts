import { formatBytes, formatParameters } from '@eyegazer/client';
import { AppError, type ModelWire } from '@eyegazer/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { examples } from '../help-text.js';
import { followImport } from '../imports/follow-import.js';
import { withInterrupt } from '../interrupt.js';
import { readModelSource } from '../models/read-model-source.js';
import { cleanText } from '../output/clean-text.js';
import { createStepFilter } from '../output/create-step-filter.js';
import { createStatusLine } from '../output/status-line.js';
import type { Runner } from '../runner.js';

interface AddOptions {
  name?: string;
  revision?: string;
  wait?: boolean;
}

export function addModelsAddCommand(models: Command, run: Runner): void {
  models
    .command('add')
    .description('import a base model in Hugging Face layout: from the hub, a folder of the server, or S3')
    .argument('<source>', 'id on the Hugging Face hub, folder on the server, or s3://bucket/prefix')
    .option('--revision <revision>', 'branch, tag or commit on the hub (main)')
    .option('--name <name>', 'what to call it, like google/vit-base; after its source unless given')
    .option('--wait', 'watch a download to its end')
    .addHelpText(
      'after',
      examples(
        ['eyegazer models add google/vit-base-patch16-224 --wait', 'from the hub'],
        ['eyegazer models add facebook/dinov2-base@refs/pr/1 --name dinov2', 'a revision of it, under a name of its own'],
        ['eyegazer models add /models/deit-tiny', 'a folder of the server'],
        ['eyegazer models add s3://models/vit-large', 'with the credentials of the server'],
      ),
    )
    .action(
      run(async (context, text: string, { name, revision, wait = false }: AddOptions) => {
        const { api, server } = await context.connect();
        const added = await api.createModel({ source: readModelSource(text, { url: server.url, revision }), ...(name === undefined ? {} : { name }) });
        if (added.state !== 'importing') return report(context, added);
        if (!wait) {
          if (context.json) context.printJson(added);
          else context.out.line(`${cleanText(added.name)} is being imported. \`eyegazer models ls\` shows how far it is.`);
          return exitCodes.ok;
        }
        return withInterrupt(async (signal) => {
          const shown = createProgressLine(context);
          try {
            const model = await followImport((signal) => api.getModel(added.id, { signal }), { signal, onProgress: shown.show });
            shown.end();
            return report(context, model);
          } catch (error) {
            shown.end();
            if (!signal.aborted) throw error;
            context.err.line('The import goes on by itself. `eyegazer models ls` shows how far it is.');
            return exitCodes.interrupted;
          }
        });
      }),
    );
}

function createProgressLine({ err }: Context): { show: (model: ModelWire) => void; end: () => void } {
  const status = createStatusLine(err);
  const isNews = createStepFilter();
  return {
    show(model) {
      if (model.state !== 'importing' || !model.progress) return;
      const { phase, doneBytes, totalBytes } = model.progress;
      const share = totalBytes === null || totalBytes === 0 ? null : doneBytes / totalBytes;
      const text = `${phase}${totalBytes === null ? '' : `  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`}`;
      if (err.isTty) status.show(share, text);
      else if (isNews(phase, share ?? 0)) err.line(text);
    },
    end: () => status.end(),
  };
}

/** @throws AppError what the import failed of */
function report(context: Context, model: ModelWire): number {
  if (context.json) context.printJson(model);
  if (model.state === 'failed') throw new AppError(model.error.code, model.error.message);
  if (!context.json && model.state === 'ready') {
    context.out.line(`${cleanText(model.name)}: ${formatParameters(model.parameterCount)} parameters, ${formatBytes(model.byteLength)}, images of ${model.imageSize} pixels`);
  }
  return exitCodes.ok;
}
