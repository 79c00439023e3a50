import type { Command } from 'commander';
import { removeConfig } from '../config/config-file.js';
import { configPath } from '../config/config-path.js';
import type { Runner } from '../runner.js';

export function addLogoutCommand(program: Command, run: Runner): void {
  program
    .command('logout')
    .description('forget the server and its token; revoking the token is `eyegazer tokens revoke`')
    .action(
      run(async (context) => {
        const wasLoggedIn = await removeConfig(configPath(context.env));
        if (context.json) context.printJson({ wasLoggedIn });
        else context.out.line(wasLoggedIn ? 'Forgotten.' : 'Nobody was logged in.');
      }),
    );
}
