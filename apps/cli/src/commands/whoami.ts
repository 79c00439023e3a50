import type { Command } from 'commander';
import { cleanText } from '../output/clean-text.js';
import type { Runner } from '../runner.js';

export function addWhoamiCommand(program: Command, run: Runner): void {
  program
    .command('whoami')
    .description('say which server commands go to, and as whom')
    .action(
      run(async (context) => {
        const { api, server } = await context.connect();
        const { actor, open } = await api.getSession();
        if (context.json) return context.printJson({ url: server.url, open, actor });
        context.out.line(`${cleanText(actor.name)} (${actor.role}) on ${server.url}${open ? ', which asks for no token' : ''}`);
      }),
    );
}
