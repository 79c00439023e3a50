/**
 * `npm run doctor`: installs and builds what a worker needs, then tells what this machine can train on. `npm run --silent doctor
 * -- --json` prints that alone.
 */
import { install } from './install.mjs';
import { endInWords, root, run, runTool } from './run.mjs';

await install().catch(endInWords);
if ((await runTool('tsc', ['-b', 'apps/worker'], { stdio: ['ignore', 2, 2] })) !== 0) {
  console.error('The TypeScript build failed; its messages are above.');
  process.exit(1);
}
process.exitCode = await run(process.execPath, [`${root}apps/worker/dist/doctor-main.js`, ...process.argv.slice(2)]);
