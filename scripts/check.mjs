/** `npm run check`: build, lint with import arrows and cycles, unit tests. What CI runs first. */
import { build } from './build.mjs';
import { install } from './install.mjs';
import { endInWords, runTool } from './run.mjs';

await install().catch(endInWords);
await build(['.', 'tests']).catch(endInWords);
const lint = await runTool('oxlint', ['--type-aware']);
const unit = await runTool('mocha', ['tests/unit/**/*.test.ts']);
process.exitCode = lint === 0 && unit === 0 ? 0 : 1;
