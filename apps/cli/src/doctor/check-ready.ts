import { formatBytes } from '@eyegazer/client';
import type { ReadyAnswer } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import { fail, ok, warn, type CheckResult } from './check-result.js';

const fix = 'mend it where the server runs; its log says more';

/** What the server needs, each by its name. Of workers `checkWorkers` says more. */
export function checkReady({ checks }: ReadyAnswer): CheckResult[] {
  return Object.entries(checks).flatMap(([name, check]) => {
    if (name === 'workers') return [];
    const kind = check.kind === undefined ? '' : ` (${cleanText(check.kind)})`;
    if (check.ok) return [ok(cleanText(name), check.freeBytes === undefined ? `in order${kind}` : `${formatBytes(check.freeBytes)} free`)];
    return [(check.required ? fail : warn)(cleanText(name), cleanText(check.message ?? 'not in order'), fix)];
  });
}
