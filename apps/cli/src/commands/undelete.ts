import type { Command } from 'commander';
import { findExperiment } from '../experiments/find-experiment.js';
import { cleanText } from '../output/clean-text.js';
import type { Runner } from '../runner.js';

export function addUndeleteCommand(program: Command, run: Runner): void {
  program
    .command('undelete')
    .description('take an experiment out of the bin')
    .argument('<experiment>', 'id, the beginning of one, or name')
    .action(
      run(async (context, reference: string) => {
        const { api } = await context.connect();
        const experiment = await api.restoreExperiment(await findExperiment(api, reference, { deleted: true }));
        if (context.json) return context.printJson(experiment);
        context.out.line(`${cleanText(experiment.name)} is back (${experiment.state}).`);
      }),
    );
}
