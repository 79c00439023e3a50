/**
 * `npm test`: installs, builds, lints, runs every test, then once more what depends on the queue and the artifact store,
 * on Redis and S3. Arguments go to mocha, e.g. `npm test -- -g placement`.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { endInWords, runTool } from './run.mjs';

const suites = ['unit', 'parity', 'integration', 'faults', 'e2e'].map((suite) => `tests/${suite}/**/*.test.ts`);
/** What runs on the servers that a run is given, in place of servers that it chooses itself. */
const serverSuites = [
  'tests/integration/{api,worker}/**/*.test.ts',
  // Named one by one: mocha takes braces without a star for a file's name.
  ...['experiments', 'placement', 'bin', 'told-moves', 'tokens'].map((name) => `tests/integration/platform/${name}.test.ts`),
  ...['main-path', 'start'].map((name) => `tests/e2e/${name}.test.ts`),
];
const serverPrograms = ['redis-server', 'radosgw', 'ceph-mon', 'ceph-osd'];

await install().catch(endInWords);
await build(['.', 'tests']).catch(endInWords);
const codes = [await runTool('oxlint', ['--type-aware']), await runMocha(suites)];
const missing = serverPrograms.filter((name) => !isInstalled(name));
if (missing.length === 0) {
  console.log('\nOnce more, on Redis and S3:');
  codes.push(await runMocha(serverSuites, { EYEGAZER_TEST_SERVERS: 'redis-s3' }));
} else {
  console.warn(`\n  SKIPPED the second run, on Redis and S3: it needs ${missing.join(', ')} (Debian: apt install redis-server radosgw ceph-mon ceph-osd).\n`);
  if (process.env.CI) codes.push(1);
}
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

function runMocha(files, variables = {}) {
  return runTool('mocha', [...files, ...process.argv.slice(2)], { env: { ...process.env, ...variables } });
}

function isInstalled(name) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].some((folder) => existsSync(join(folder, name)));
}
