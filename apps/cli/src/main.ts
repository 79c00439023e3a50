import { readFileSync } from 'node:fs';
import { createInput } from './input/input.js';
import { createOutput } from './output/output.js';
import { runCli } from './run-cli.js';

// A reader that has seen enough, as `head` has, ends us quietly.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  version,
  input: createInput(process.stdin, process.stderr),
  out: createOutput(process.stdout, process.env),
  err: createOutput(process.stderr, process.env),
});
