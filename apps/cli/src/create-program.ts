import { Command } from 'commander';
import type { Cli } from './cli.js';
import { addAuditCommand } from './commands/audit.js';
import { addBackupCommand } from './commands/backup.js';
import { addCancelCommand } from './commands/cancel.js';
import { addDatasetsCommand } from './commands/datasets.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addLoginCommand } from './commands/login.js';
import { addLogoutCommand } from './commands/logout.js';
import { addLsCommand } from './commands/ls.js';
import { addModelsCommand } from './commands/models.js';
import { addPullCommand } from './commands/pull.js';
import { addRestoreCommand } from './commands/restore.js';
import { addRetryCommand } from './commands/retry.js';
import { addRmCommand } from './commands/rm.js';
import { addShowCommand } from './commands/show.js';
import { addSubmitCommand } from './commands/submit.js';
import { addTokensCommand } from './commands/tokens.js';
import { addUndeleteCommand } from './commands/undelete.js';
import { addWatchCommand } from './commands/watch.js';
import { addWhoamiCommand } from './commands/whoami.js';
import { addWorkersCommand } from './commands/workers.js';
import { exitCodeHelp } from './help-text.js';
import { createRunner } from './runner.js';

/** In the order that a newcomer needs them. */
const commands = [
  addSubmitCommand,
  addLsCommand,
  addShowCommand,
  addWatchCommand,
  addCancelCommand,
  addRetryCommand,
  addPullCommand,
  addRmCommand,
  addUndeleteCommand,
  addDatasetsCommand,
  addModelsCommand,
  addWorkersCommand,
  addDoctorCommand,
  addLoginCommand,
  addLogoutCommand,
  addWhoamiCommand,
  addTokensCommand,
  addAuditCommand,
  addBackupCommand,
  addRestoreCommand,
];

/** Every command of `eyegazer`. */
export function createProgram(cli: Cli, setExitCode: (code: number) => void): Command {
  const { out, err } = cli;
  const program = new Command('eyegazer')
    .description('Submit image fine-tuning experiments, watch them train, catch the ones that cheat, take the adapter home.')
    .version(cli.version)
    .option('--url <url>', 'address of the server; EYEGAZER_URL or the one you logged in to unless given')
    .option('--json', 'print JSON for programs: one document, or a line per entry where there is no end')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => out.raw(text),
      writeErr: (text) => err.raw(text),
      getOutHelpWidth: () => out.columns ?? 80,
      getErrHelpWidth: () => err.columns ?? 80,
      getOutHasColors: () => out.paint('red', '') !== '',
      getErrHasColors: () => err.paint('red', '') !== '',
    })
    .showHelpAfterError('See `eyegazer help`.')
    .exitOverride()
    .addHelpText('after', exitCodeHelp);
  const run = createRunner(cli, setExitCode);
  for (const add of commands) add(program, run);
  return program;
}
