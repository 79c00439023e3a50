import type { Command } from 'commander';
import type { Cli } from './cli.js';
import { createContext, type Context, type GlobalOptions } from './context.js';

/** What a command does; the number it gives is the exit code, 0 unless told. */
export type Action<A extends unknown[]> = (context: Context, ...args: A) => Promise<number | void>;
/** Makes an action of commander's out of ours. */
export type Runner = <A extends unknown[]>(action: Action<A>) => (...args: [...A, Command]) => Promise<void>;

export function createRunner(cli: Cli, setExitCode: (code: number) => void): Runner {
  return <A extends unknown[]>(action: Action<A>) =>
    async (...args: [...A, Command]) => {
      const command = args[args.length - 1] as Command;
      const given = args.slice(0, -1) as A;
      setExitCode((await action(createContext(cli, command.optsWithGlobals<GlobalOptions>()), ...given)) ?? 0);
    };
}
