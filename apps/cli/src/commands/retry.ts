import type { Command } from 'commander';
import { findExperiment } from '../experiments/find-experiment.js';
import { exitCodes } from '../exit-codes.js';
import { cleanText } from '../output/clean-text.js';
import type { Runner } from '../runner.js';
import { watchExperiment } from '../watch/watch-experiment.js';

export function addRetryCommand(program: Command, run: Runner): void {
  program
    .command('retry')
    .description('queue an experiment again that failed, was cancelled or was stopped')
    .argument('<experiment>', 'id, the beginning of one, or name')
    .option('--watch', 'watch it to its end')
    .action(
      run(async (context, reference: string, { watch = false }: { watch?: boolean }) => {
        const connection = await context.connect();
        const experiment = await connection.api.retryExperiment(await findExperiment(connection.api, reference));
        if (!context.json) context.out.line(`${cleanText(experiment.name)} is ${experiment.state}.`);
        else if (!watch) context.printJson(experiment);
        return watch ? watchExperiment(context, connection, experiment.id) : exitCodes.ok;
      }),
    );
}
