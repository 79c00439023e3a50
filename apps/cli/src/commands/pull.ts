import { resolve } from 'node:path';
import { bundleName } from '@eyegazer/core';
import { formatBytes, formatPercent } from '@eyegazer/client';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { findExperiment } from '../experiments/find-experiment.js';
import { examples } from '../help-text.js';
import { withInterrupt } from '../interrupt.js';
import { cleanText } from '../output/clean-text.js';
import { createStatusLine } from '../output/status-line.js';
import { bundleBytes, pullBundle } from '../pull/pull-bundle.js';
import type { Runner } from '../runner.js';

export function addPullCommand(program: Command, run: Runner): void {
  program
    .command('pull')
    .description("fetch an experiment's bundle, every file verified; what was interrupted goes on where it ended")
    .argument('<experiment>', 'id, the beginning of one, or name')
    .argument('[folder]', 'where to; eyegazer-<name> here unless given')
    .addHelpText('after', examples(['eyegazer pull 3f9k', 'into a folder named after the experiment'], ['eyegazer pull 3f9k models/retina', 'into another']))
    .action(
      run(async (context, reference: string, given: string | undefined) => {
        const { api } = await context.connect();
        const experiment = await api.getExperiment(await findExperiment(api, reference));
        const folder = resolve(given ?? bundleName(experiment.name));
        const total = bundleBytes(experiment);
        const status = createStatusLine(context.err);
        return withInterrupt(async (signal) => {
          try {
            const files = await pullBundle(api, {
              experiment,
              folder,
              signal,
              onBytes: (bytes, name) => status.show(bytes / Math.max(1, total), `${formatPercent(bytes / Math.max(1, total))}  ${formatBytes(bytes)} of ${formatBytes(total)}  ${cleanText(name)}`),
              onFile: ({ name, byteLength, state }) => status.say(`${cleanText(name)}  ${formatBytes(byteLength)}${state === 'kept' ? ', was here already' : ''}`),
            });
            status.end();
            if (context.json) context.printJson({ id: experiment.id, folder, files });
            else context.out.line(`${files.length} files (${formatBytes(total)}), all verified, in ${folder}`);
            return exitCodes.ok;
          } catch (error) {
            status.end();
            if (!signal.aborted) throw error;
            context.err.line('Interrupted. The same command goes on where this one ended.');
            return exitCodes.interrupted;
          }
        });
      }),
    );
}
