import { formatBytes, formatCount, formatPercent } from '@eyegazer/client';
import type { Command } from 'commander';
import { openBackupFile } from '../backup/read-backup.js';
import { exitCodes } from '../exit-codes.js';
import { confirm } from '../input/confirm.js';
import { createStatusLine } from '../output/status-line.js';
import type { Runner } from '../runner.js';

export function addRestoreCommand(program: Command, run: Runner): void {
  program
    .command('restore')
    .description('put a backup into a server that is still empty (admin)')
    .argument('<file>', 'what `eyegazer backup` saved')
    .option('-y, --yes', 'do not ask')
    .action(
      run(async (context, file: string, { yes = false }: { yes?: boolean }) => {
        const { api, server } = await context.connect();
        const status = createStatusLine(context.err);
        const show = (bytes: number): void => status.show(bytes / Math.max(1, byteLength), `${formatPercent(bytes / Math.max(1, byteLength))}  ${formatBytes(bytes)} of ${formatBytes(byteLength)} sent`);
        const { body, byteLength } = await openBackupFile(file, (bytes) => show(bytes));
        if (!(await confirm(context.input, `Put ${file} (${formatBytes(byteLength)}) into ${server.url}?`, { yes }))) {
          await body.cancel();
          context.err.line('Nothing was done.');
          return exitCodes.failed;
        }
        try {
          const answer = await api.restoreBackup(body);
          status.end();
          if (context.json) context.printJson(answer);
          else context.out.line(`${formatCount(answer.rows)} rows and ${formatCount(answer.artifacts)} artifacts (${formatBytes(answer.byteLength)}) are in ${server.url}.`);
          if (answer.lost > 0) context.err.line(context.err.paint('yellow', `${formatCount(answer.lost)} artifacts were lost already where the backup was made.`));
          return exitCodes.ok;
        } finally {
          status.end();
        }
      }),
    );
}
