import { resolve } from 'node:path';
import { formatBytes, formatCount } from '@eyegazer/client';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { withInterrupt } from '../interrupt.js';
import { formatInstant } from '../output/format-time.js';
import { createStatusLine } from '../output/status-line.js';
import { saveDownload } from '../pull/save-download.js';
import type { Runner } from '../runner.js';

export function addBackupCommand(program: Command, run: Runner): void {
  program
    .command('backup')
    .description('save database and artifacts of the server in one tar file (admin)')
    .argument('[file]', 'eyegazer-backup-<time>.tar unless given')
    .action(
      run(async (context, given: string | undefined) => {
        const { api } = await context.connect();
        const file = resolve(given ?? `eyegazer-backup-${formatInstant(new Date().toISOString()).replaceAll(/[: ]/g, '-')}.tar`);
        const status = createStatusLine(context.err);
        return withInterrupt(async (signal) => {
          try {
            const { byteLength, headers } = await saveDownload({ what: 'backup', file, open: () => api.openBackup({ signal }), onBytes: (bytes) => status.show(null, `${formatBytes(bytes)} saved`), signal });
            const missing = Number(headers.get('x-missing-artifacts'));
            status.end();
            if (context.json) context.printJson({ file, byteLength, missing });
            else context.out.line(`${formatBytes(byteLength)} in ${file}`);
            if (missing > 0) context.err.line(context.err.paint('yellow', `This backup is not whole: the server has lost ${formatCount(missing)} artifacts of experiments, models or datasets. Its log names them.`));
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
