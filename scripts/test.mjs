/**
 * `npm test`: installs, builds, lints, then runs every test. Arguments go to mocha, e.g. `npm test -- -g placement`.
 */
import { build } from './build.mjs';
import { install } from './install.mjs';
import { runTool } from './run.mjs';

await install();
await build(['.', 'tests']);
const lint = await runTool('oxlint', ['--type-aware']);
const suites = ['unit', 'parity', 'integration', 'e2e'].map((suite) => `tests/${suite}/**/*.test.ts`);
const tests = await runTool('mocha', [...suites, ...process.argv.slice(2)]);
process.exitCode = lint === 0 && tests === 0 ? 0 : 1;
