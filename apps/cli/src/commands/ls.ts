import { listAll } from '@eyegazer/client';
import { Option, type Command } from 'commander';
import { experimentStates, selectionMetrics, type ExperimentState, type ExperimentSummary, type SelectionMetric } from '@eyegazer/core';
import { formatExperimentTable } from '../experiments/experiment-table.js';
import { examples } from '../help-text.js';

import { wholeNumber } from '../input/whole-number.js';
import type { Runner } from '../runner.js';

interface LsOptions {
  state?: ExperimentState;
  dataset?: string;
  model?: string;
  task?: 'multiclass' | 'binary' | 'regression';
  tag?: string;
  text?: string;
  sort?: 'newest' | SelectionMetric;
  limit: number;
  all?: boolean;
  deleted?: boolean;
}

export function addLsCommand(program: Command, run: Runner): void {
  program
    .command('ls')
    .description('list experiments, newest first')
    .addOption(new Option('--state <state>', 'only in this state').choices(experimentStates))
    .option('--dataset <name>', 'only on this dataset, as `aptos` or `aptos@2`')
    .option('--model <name>', 'only on this base model')
    .addOption(new Option('--task <kind>', 'only of this kind').choices(['multiclass', 'binary', 'regression']))
    .option('--tag <tag>', 'only with this tag')
    .option('--text <text>', 'only with this in the name')
    .addOption(new Option('--sort <order>', 'newest, or a metric of the best evaluation, best first').choices(['newest', ...selectionMetrics]))
    .option('-n, --limit <count>', 'so many at most', wholeNumber(1), 20)
    .option('--all', 'all of them')
    .option('--deleted', 'what is in the bin')
    .addHelpText('after', examples(['eyegazer ls --state running', 'what trains now'], ['eyegazer ls --sort qwk -n 5', 'the five best so far'], ['eyegazer ls --all --json | jq -r .[].id', 'every id']))
    .action(
      run(async (context, { limit, all, deleted, ...filter }: LsOptions) => {
        const { api } = await context.connect();
        const wanted = all ? Infinity : limit;
        const found: ExperimentSummary[] = [];
        const pages = listAll((cursor) => api.listExperiments({ ...filter, ...(deleted ? { deleted: true } : {}) }, { limit: Math.min(200, wanted + 1), cursor }));
        for await (const experiment of pages) {
          found.push(experiment);
          if (found.length > wanted) break;
        }
        const shown = found.slice(0, wanted);
        if (context.json) return context.printJson(shown);
        if (shown.length === 0) return context.err.line(describeNothing({ isFiltered: Object.keys(filter).length > 0, deleted: deleted ?? false }));
        context.out.lines(formatExperimentTable(shown, { width: context.out.columns, paint: context.out.paint, nowMs: Date.now() }));
        if (found.length > wanted) context.err.line(context.err.paint('dim', `There are more: --all shows them, -n ${2 * wanted} twice as many.`));
      }),
    );
}

function describeNothing({ isFiltered, deleted }: { isFiltered: boolean; deleted: boolean }): string {
  if (isFiltered) return 'No experiment fits.';
  return deleted ? 'The bin is empty.' : 'There are no experiments yet. Submit one: eyegazer submit experiment.yaml';
}
