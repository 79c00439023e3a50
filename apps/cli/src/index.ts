export { runCli } from './run-cli.js';
export type { Cli } from './cli.js';
