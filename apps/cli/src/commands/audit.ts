import { listAll } from '@eyegazer/client';
import type { AuditEntryWire } from '@eyegazer/core';
import type { Command } from 'commander';
import { wholeNumber } from '../input/whole-number.js';
import { formatInstant } from '../output/format-time.js';
import { formatTable, type Cell } from '../output/table.js';
import type { Runner } from '../runner.js';

export function addAuditCommand(program: Command, run: Runner): void {
  program
    .command('audit')
    .description('show who did what, newest first (admin)')
    .option('-n, --limit <count>', 'so many at most', wholeNumber(1), 50)
    .option('--all', 'all of it')
    .action(
      run(async (context, { limit, all = false }: { limit: number; all?: boolean }) => {
        const { api } = await context.connect();
        const wanted = all ? Infinity : limit;
        const items: AuditEntryWire[] = [];
        for await (const entry of listAll((cursor) => api.listAudit({ limit: Math.min(200, wanted), cursor }))) {
          items.push(entry);
          if (items.length >= wanted) break;
        }
        if (context.json) return context.printJson(items);
        if (items.length === 0) return context.err.line('Nothing has been done yet.');
        const rows = items.map(({ at, actor, operation, target, status, address }): Cell[] => [
          formatInstant(at),
          `${actor.name} (${actor.role})`,
          operation,
          Object.values(target).join(' '),
          { text: String(status), style: status < 400 ? 'green' : 'red' },
          address,
        ]);
        context.out.lines(
          formatTable({
            columns: [{ title: 'AT' }, { title: 'WHO', shrinkTo: 12 }, { title: 'DID', shrinkTo: 10 }, { title: 'TO', shrinkTo: 8 }, { title: 'STATUS', align: 'right' }, { title: 'FROM', optional: 1 }],
            rows,
            width: context.out.columns,
            paint: context.out.paint,
          }),
        );
      }),
    );
}
