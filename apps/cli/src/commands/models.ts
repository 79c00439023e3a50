import { listAll, formatBytes, formatParameters } from '@eyegazer/client';
import { isReady, type ModelWire } from '@eyegazer/core';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { confirm } from '../input/confirm.js';
import { cleanText } from '../output/clean-text.js';
import { formatAge } from '../output/format-time.js';
import type { Paint } from '../output/paint.js';
import { formatTable, type Cell } from '../output/table.js';
import type { Runner } from '../runner.js';
import { addModelsAddCommand } from './models-add.js';

export function addModelsCommand(program: Command, run: Runner): void {
  const models = program.command('models').description('list, add and remove base models');
  models
    .command('ls')
    .description('list base models, newest first')
    .action(
      run(async (context) => {
        const { api } = await context.connect();
        const items: ModelWire[] = [];
        for await (const model of listAll((cursor) => api.listModels({ limit: 200, cursor }))) items.push(model);
        if (context.json) return context.printJson(items);
        if (items.length === 0) return context.err.line('There are no base models yet. Add one: eyegazer models add google/vit-base-patch16-224');
        context.out.lines(formatModels(items, { width: context.out.columns, paint: context.out.paint, nowMs: Date.now() }));
      }),
    );
  addModelsAddCommand(models, run);
  models
    .command('rm')
    .description('remove a base model that no experiment uses, or stop its import')
    .argument('<model>', 'name or id')
    .option('-y, --yes', 'do not ask')
    .action(
      run(async (context, reference: string, { yes = false }: { yes?: boolean }) => {
        const { api } = await context.connect();
        const { id, name, state } = await api.getModel(reference);
        if (!(await confirm(context.input, `Remove ${cleanText(name)} (${state})?`, { yes }))) {
          context.err.line('Kept.');
          return exitCodes.failed;
        }
        await api.deleteModel(id);
        if (context.json) context.printJson({ id, deleted: true });
        else context.out.line(`${cleanText(name)} is removed. What it came from stays as it is.`);
        return exitCodes.ok;
      }),
    );
}

const columns = [
  { title: 'NAME', shrinkTo: 12 },
  { title: 'STATE' },
  { title: 'PARAMETERS', align: 'right' },
  { title: 'SIZE', align: 'right' },
  { title: 'IMAGE / PATCH' },
  { title: 'AGE', align: 'right' },
  { title: 'FROM', shrinkTo: 8, optional: 1 },
  { title: 'ERROR', shrinkTo: 10 },
] as const;

function formatModels(items: readonly ModelWire[], { width, paint, nowMs }: { width: number | null; paint: Paint; nowMs: number }): string[] {
  const rows = items.map((model): Cell[] => [
    model.name,
    { text: stateOf(model), style: model.state === 'failed' ? 'red' : model.state === 'ready' ? 'green' : 'cyan' },
    ...(isReady(model) ? [formatParameters(model.parameterCount), formatBytes(model.byteLength), `${model.imageSize} px / ${model.patchSize}`] : ['-', '-', '-']),
    formatAge(model.createdAt, nowMs),
    model.source,
    model.state === 'failed' ? model.error.message : '',
  ]);
  const hasErrors = items.some(({ state }) => state === 'failed');
  return formatTable({ columns: hasErrors ? columns : columns.slice(0, -1), rows: hasErrors ? rows : rows.map((row) => row.slice(0, -1)), width, paint });
}

function stateOf(model: ModelWire): string {
  if (model.state !== 'importing' || !model.progress?.totalBytes) return model.state;
  return `importing ${Math.floor((100 * model.progress.doneBytes) / model.progress.totalBytes)} %`;
}
