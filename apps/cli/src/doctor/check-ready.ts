import type { ReadyAnswer } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';
import { fail, ok, type CheckResult } from './check-result.js';

/** What the server needs, each by its name. */
export function checkReady({ checks }: ReadyAnswer): CheckResult[] {
  return Object.entries(checks).map(([name, { ok: isThere, message }]) =>
    isThere ? ok(cleanText(name), 'answers the server') : fail(cleanText(name), cleanText(message ?? 'does not answer the server'), `start the server's ${cleanText(name)}, or correct its address in the server's settings`),
  );
}
