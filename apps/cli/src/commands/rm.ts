import type { Command } from 'commander';
import { findExperiment } from '../experiments/find-experiment.js';
import { shortId } from '../experiments/short-id.js';
import { exitCodes } from '../exit-codes.js';
import { confirm } from '../input/confirm.js';
import { cleanText } from '../output/clean-text.js';
import type { Runner } from '../runner.js';

export function addRmCommand(program: Command, run: Runner): void {
  program
    .command('rm')
    .description('throw an ended experiment into the bin; `undelete` takes it back')
    .argument('<experiment>', 'id, the beginning of one, or name')
    .option('-y, --yes', 'do not ask')
    .action(
      run(async (context, reference: string, { yes = false }: { yes?: boolean }) => {
        const { api } = await context.connect();
        const { id, name, state } = await api.getExperiment(await findExperiment(api, reference));
        if (!(await confirm(context.input, `Throw ${shortId(id)} ${cleanText(name)} (${state}) into the bin?`, { yes }))) {
          context.err.line('Kept.');
          return exitCodes.failed;
        }
        await api.deleteExperiment(id);
        if (context.json) context.printJson({ id, deleted: true });
        else context.out.line(`${cleanText(name)} is in the bin. Take it back: eyegazer undelete ${shortId(id)}`);
        return exitCodes.ok;
      }),
    );
}
