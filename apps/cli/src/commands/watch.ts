import type { Command } from 'commander';
import { findExperiment } from '../experiments/find-experiment.js';
import { examples } from '../help-text.js';
import type { Runner } from '../runner.js';
import { watchExperiment } from '../watch/watch-experiment.js';

export function addWatchCommand(program: Command, run: Runner): void {
  program
    .command('watch')
    .description('watch a run live to its end; the exit code says how it ended')
    .argument('<experiment>', 'id, the beginning of one, or name')
    .addHelpText(
      'after',
      `\nCtrl-C leaves the run running. With --json: the whole log, one event per line.\n${examples(
        ['eyegazer watch 3f9k', 'a live chart'],
        ['eyegazer watch 3f9k && eyegazer pull 3f9k', 'take the bundle if it succeeds'],
        ['eyegazer watch 3f9k --json | jq .type', 'every event'],
      )}`,
    )
    .action(
      run(async (context, reference: string) => {
        const connection = await context.connect();
        return watchExperiment(context, connection, await findExperiment(connection.api, reference));
      }),
    );
}
