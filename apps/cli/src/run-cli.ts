import { CommanderError } from 'commander';
import type { Cli } from './cli.js';
import { createProgram } from './create-program.js';
import { describeError } from './describe-error.js';
import { exitCodeOfError, exitCodes } from './exit-codes.js';

/** Runs one command line to its end. @param argv what stands behind the program's name @returns the exit code */
export async function runCli(argv: readonly string[], cli: Cli): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram(cli, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what it has to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const [first = '', ...more] = describeError(error);
    cli.err.lines([`${cli.err.paint('red', 'Error:')} ${first}`, ...more]);
    return exitCodeOfError(error);
  }
}
