#!/usr/bin/env node
// What `npx eyegazer` runs: it exists before anything is built, so that npm can link it when it installs.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error('The command line is not built yet. Run `npm run build` in the folder of the project first (`npm start` builds it too).');
  process.exitCode = 1;
}
