/** Goes on from the state in one file, in a process of its own, and writes the last state into another. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createSmallRun } from './small-run.js';

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('Expected two files.');
const run = await createSmallRun();
const { states } = await run.train(readFileSync(from));
writeFileSync(to, states.at(-1)!);
run.dispose();
