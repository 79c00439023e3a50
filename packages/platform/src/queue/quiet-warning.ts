import type { Logger } from '@eyegazer/core';

const quietMs = 60_000;

/** Warns of an error, the same one once a minute at most: every connection of a server that is away reports each of its attempts. */
export function createQuietWarning(log: Logger, message: string): (error: Error) => void {
  const saidAtMs = new Map<string, number>();
  return (error) => {
    const nowMs = performance.now();
    for (const [text, atMs] of saidAtMs) if (nowMs - atMs > quietMs) saidAtMs.delete(text);
    if (saidAtMs.has(error.message)) return;
    saidAtMs.set(error.message, nowMs);
    log.warn({ error: error.message }, message);
  };
}
