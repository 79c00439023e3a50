/**
 * `npm run worker`: installs, builds what a worker needs, and is one worker in this terminal. It is told where the servers
 * are by DATABASE_URL, REDIS_URL and S3_ENDPOINT, and shows EYEGAZER_TOKEN; its state lives in EYEGAZER_HOME (.eyegazer).
 */
import { install } from './install.mjs';
import { endInWords, runTool } from './run.mjs';

if (!process.env.DATABASE_URL) {
  console.error('DATABASE_URL is not set. A worker needs the servers of the API: DATABASE_URL, REDIS_URL and S3_ENDPOINT, and EYEGAZER_TOKEN with a worker token.');
  process.exit(1);
}
await install().catch(endInWords);
if ((await runTool('tsc', ['-b', 'apps/worker'])) !== 0) {
  console.error('The TypeScript build failed; its messages are above.');
  process.exit(1);
}
await import('../apps/worker/dist/main.js');
