import { AppError } from '@eyegazer/core';
import type { Command } from 'commander';
import { formatAudit } from '../datasets/format-audit.js';
import { textColumns } from '../output/output.js';
import type { Runner } from '../runner.js';

const mostConflicts = 10;

export function addDatasetsAuditCommand(datasets: Command, run: Runner): void {
  datasets
    .command('audit')
    .description('show what the import found: classes, sizes, duplicates, conflicts, and what the mere look of an image gives away')
    .argument('<name>', 'of the dataset')
    .action(
      run(async (context, name: string) => {
        const { api } = await context.connect();
        const dataset = await api.getDataset(name);
        const { audit } = dataset;
        if (!audit) throw new AppError('BAD_DATASET', `${dataset.name} has no audit: ${dataset.state === 'importing' ? 'its import is under way' : 'no import of it has ended well'}.`);
        if (context.json) return context.printJson(audit);
        const conflicts = audit.exact.conflicting === 0 ? [] : (await api.listDuplicates(dataset.id, { kind: 'exact', conflicting: true, limit: mostConflicts })).items;
        context.out.lines(formatAudit({ name: dataset.name, audit, conflicts }, { columns: context.out.columns, width: textColumns(context.out), paint: context.out.paint }));
      }),
    );
}
