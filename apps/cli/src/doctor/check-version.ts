import type { WorkerWire } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import { ok, warn, type CheckResult } from './check-result.js';

/** Whether command line, server and workers are of one version. */
export function checkVersions(own: string, server: string | null, workers: readonly WorkerWire[]): CheckResult {
  const others = [...(server === null ? [] : [`server ${server}`]), ...workers.filter(({ state }) => state === 'alive').map(({ hostname, version }) => `worker ${hostname} ${version}`)].map(cleanText);
  const different = others.filter((other) => !other.endsWith(` ${own}`));
  if (different.length === 0) return ok('version', `${own} here${others.length === 0 ? '' : ' and there'}`);
  return warn('version', `${own} here, but ${different.join(', ')}`, 'bring all of them to one version; start the server first, then the workers');
}
