import { formatCount, listAll } from '@eyegazer/client';
import type { DatasetWire } from '@eyegazer/core';
import type { Command } from 'commander';
import { sumCounts } from '../datasets/format-counts.js';
import { formatAge } from '../output/format-time.js';
import type { Paint } from '../output/paint.js';
import { formatTable, type Cell } from '../output/table.js';
import type { Runner } from '../runner.js';
import { addDatasetsAuditCommand } from './datasets-audit.js';
import { addDatasetsCurateCommand } from './datasets-curate.js';
import { addDatasetsExportCommand } from './datasets-export.js';
import { addDatasetsImportCommand } from './datasets-import.js';
import { addDatasetsVersionsCommand } from './datasets-versions.js';

export function addDatasetsCommand(program: Command, run: Runner): void {
  const datasets = program.command('datasets').description('import datasets, look at them, make versions of them');
  datasets
    .command('ls')
    .description('list datasets, newest first')
    .action(
      run(async (context) => {
        const { api } = await context.connect();
        const items: DatasetWire[] = [];
        for await (const dataset of listAll((cursor) => api.listDatasets({ limit: 200, cursor }))) items.push(dataset);
        if (context.json) return context.printJson(items);
        if (items.length === 0) return context.err.line('There are no datasets yet. Import one: eyegazer datasets import <name> <source>');
        context.out.lines(formatDatasets(items, { width: context.out.columns, paint: context.out.paint, nowMs: Date.now() }));
      }),
    );
  addDatasetsImportCommand(datasets, run);
  addDatasetsAuditCommand(datasets, run);
  addDatasetsVersionsCommand(datasets, run);
  addDatasetsCurateCommand(datasets, run);
  addDatasetsExportCommand(datasets, run);
}

function formatDatasets(items: readonly DatasetWire[], { width, paint, nowMs }: { width: number | null; paint: Paint; nowMs: number }): string[] {
  const rows = items.map(({ name, state, latest, error, report, createdAt }): Cell[] => [
    latest ? `${name}@${latest.version}` : name,
    { text: state, style: state === 'failed' ? 'red' : state === 'ready' ? 'green' : 'cyan' },
    latest ? String(latest.classNames.length) : '-',
    latest ? formatCount(sumCounts(latest.counts.train)) : '-',
    latest ? formatCount(sumCounts(latest.counts.eval)) : '-',
    report && report.problemCount > 0 ? { text: formatCount(report.problemCount), style: 'yellow' } : '',
    formatAge(createdAt, nowMs),
    error?.message ?? '',
  ]);
  return formatTable({
    columns: [{ title: 'NAME', shrinkTo: 10 }, { title: 'STATE' }, { title: 'CLASSES', align: 'right' }, { title: 'TRAIN', align: 'right' }, { title: 'HELD OUT', align: 'right' }, { title: 'PROBLEMS', align: 'right' }, { title: 'AGE', align: 'right' }, { title: 'ERROR', shrinkTo: 10 }],
    rows,
    width,
    paint,
  });
}
