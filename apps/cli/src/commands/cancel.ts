import type { Command } from 'commander';
import { findExperiment } from '../experiments/find-experiment.js';
import { cleanText } from '../output/clean-text.js';
import type { Runner } from '../runner.js';

export function addCancelCommand(program: Command, run: Runner): void {
  program
    .command('cancel')
    .description('end an experiment that waits or runs')
    .argument('<experiment>', 'id, the beginning of one, or name')
    .action(
      run(async (context, reference: string) => {
        const { api } = await context.connect();
        const experiment = await api.cancelExperiment(await findExperiment(api, reference));
        if (context.json) return context.printJson(experiment);
        context.out.line(`${cleanText(experiment.name)} is ${experiment.state}.`);
      }),
    );
}
