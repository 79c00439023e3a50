import { listAll, formatBytes, formatParameters } from '@eyegazer/client';
import type { ModelWire } from '@eyegazer/core';
import type { Command } from 'commander';
import { resolveServerPath } from '../datasets/resolve-server-path.js';
import { cleanText } from '../output/clean-text.js';
import { formatAge } from '../output/format-time.js';
import { formatTable } from '../output/table.js';
import type { Runner } from '../runner.js';

export function addModelsCommand(program: Command, run: Runner): void {
  const models = program.command('models').description('list and add base models');
  models
    .command('ls')
    .description('list base models, newest first')
    .action(
      run(async (context) => {
        const { api } = await context.connect();
        const items: ModelWire[] = [];
        for await (const model of listAll((cursor) => api.listModels({ limit: 200, cursor }))) items.push(model);
        if (context.json) return context.printJson(items);
        if (items.length === 0) return context.err.line('There are no base models yet. Add one: eyegazer models add <folder>');
        const rows = items.map(({ name, parameterCount, byteLength, imageSize, patchSize, createdAt, source }) => [
          name,
          formatParameters(parameterCount),
          formatBytes(byteLength),
          `${imageSize} px / ${patchSize}`,
          formatAge(createdAt, Date.now()),
          source,
        ]);
        context.out.lines(
          formatTable({
            columns: [{ title: 'NAME', shrinkTo: 12 }, { title: 'PARAMETERS', align: 'right' }, { title: 'SIZE', align: 'right' }, { title: 'IMAGE / PATCH' }, { title: 'AGE', align: 'right' }, { title: 'FROM', shrinkTo: 8, optional: 1 }],
            rows,
            width: context.out.columns,
            paint: context.out.paint,
          }),
        );
      }),
    );
  models
    .command('add')
    .description('copy a base model in Hugging Face layout from a folder of the server')
    .argument('<path>', 'folder on the server; a relative one where the server is this machine')
    .option('--name <name>', 'what to call it, like google/vit-base; the name of its folder unless given')
    .action(
      run(async (context, path: string, { name }: { name?: string }) => {
        const { api, server } = await context.connect();
        const model = await api.createModel({ source: { kind: 'path', uri: resolveServerPath(path, server.url) }, ...(name === undefined ? {} : { name }) });
        if (context.json) return context.printJson(model);
        context.out.line(`${cleanText(model.name)}: ${formatParameters(model.parameterCount)} parameters, ${formatBytes(model.byteLength)}, images of ${model.imageSize} pixels`);
      }),
    );
}
