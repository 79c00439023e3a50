import { formatCount, listAll } from '@eyegazer/client';
import type { DatasetVersionWire } from '@eyegazer/core';
import type { Command } from 'commander';
import { sumCounts } from '../datasets/format-counts.js';
import { formatSplit } from '../datasets/format-split.js';
import { formatAge } from '../output/format-time.js';
import type { Paint } from '../output/paint.js';
import { formatTable, type Cell } from '../output/table.js';
import type { Runner } from '../runner.js';

export function addDatasetsVersionsCommand(datasets: Command, run: Runner): void {
  datasets
    .command('versions')
    .description('list the versions of a dataset, newest first')
    .argument('<name>', 'of the dataset')
    .action(
      run(async (context, name: string) => {
        const { api } = await context.connect();
        const items: DatasetVersionWire[] = [];
        for await (const version of listAll((cursor) => api.listVersions(name, { limit: 200, cursor }))) items.push(version);
        if (context.json) return context.printJson(items);
        if (items.length === 0) return context.err.line('There is no version yet. `eyegazer datasets ls` shows how far the import is.');
        context.out.lines(formatVersions(name, items, { width: context.out.columns, paint: context.out.paint, nowMs: Date.now() }));
      }),
    );
}

function formatVersions(name: string, items: readonly DatasetVersionWire[], { width, paint, nowMs }: { width: number | null; paint: Paint; nowMs: number }): string[] {
  const rows = items.map(({ version, classNames, counts, leftOut, split, curation, findings, createdAt }): Cell[] => [
    `${name}@${version}`,
    classNames.join(', '),
    formatCount(sumCounts(counts.train)),
    formatCount(sumCounts(counts.eval)),
    leftOut === 0 ? '' : formatCount(leftOut),
    findings && findings.leakedImages > 0 ? { text: formatCount(findings.leakedImages), style: 'yellow' } : '',
    curation.duplicates === 'keepAll' ? '' : curation.duplicates,
    curation.conflicts === 'keepAll' ? '' : curation.conflicts,
    formatSplit(split),
    formatAge(createdAt, nowMs),
  ]);
  return formatTable({
    columns: [
      { title: 'VERSION' },
      { title: 'CLASSES', shrinkTo: 10 },
      { title: 'TRAIN', align: 'right' },
      { title: 'HELD OUT', align: 'right' },
      { title: 'LEFT OUT', align: 'right', optional: 1 },
      { title: 'LEAKED', align: 'right' },
      { title: 'DUPLICATES', optional: 2 },
      { title: 'CONFLICTS', optional: 3 },
      { title: 'SPLIT', shrinkTo: 12, optional: 4 },
      { title: 'AGE', align: 'right' },
    ],
    rows,
    width,
    paint,
  });
}
