import type { Input } from './input/input.js';
import type { Output } from './output/output.js';

/** What the command line is given by its process: everything that a command may touch. */
export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command line's own. */
  readonly version: string;
  readonly input: Input;
  /** What was asked for, and nothing else: a program may read it. */
  readonly out: Output;
  /** What is said beside it. */
  readonly err: Output;
}
