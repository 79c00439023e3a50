import type { Command } from 'commander';
import { findExperiment } from '../experiments/find-experiment.js';
import { formatExperiment } from '../experiments/format-experiment.js';
import { examples } from '../help-text.js';
import { textColumns } from '../output/output.js';
import type { Runner } from '../runner.js';

export function addShowCommand(program: Command, run: Runner): void {
  program
    .command('show')
    .description('show one experiment: config, plan, attempts, metrics, confusion matrix, findings, artifacts')
    .argument('<experiment>', 'id, the beginning of one, or name')
    .addHelpText('after', examples(['eyegazer show 3f9k', 'by the beginning of its id'], ["eyegazer show 'large-vs-base / 5-class'", 'by its name'], ['eyegazer show 3f9k --json | jq .best.qwk', 'one number']))
    .action(
      run(async (context, reference: string) => {
        const { api } = await context.connect();
        const experiment = await api.getExperiment(await findExperiment(api, reference));
        if (context.json) return context.printJson(experiment);
        context.out.lines(formatExperiment(experiment, { width: textColumns(context.out), paint: context.out.paint }));
      }),
    );
}
