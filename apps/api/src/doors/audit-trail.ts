import type { Logger } from '@eyegazer/core';
import { createErrorRecord } from '@eyegazer/core';
import type { AuditRepository, NewAuditEntry } from '@eyegazer/platform';

export interface AuditTrail {
  /** Adds an entry, soon. */
  record(entry: NewAuditEntry): void;
  /** Resolves when every entry is written or has failed. */
  flush(): Promise<void>;
}

/**
 * Writes down who did what, after the fact: the deed is done by the time its answer goes out, so an answer that failed
 * because of its entry would make the client do it again. An entry that cannot be written goes to the log in full, loudly.
 */
export function createAuditTrail({ audit, log }: { audit: Pick<AuditRepository, 'append'>; log: Logger }): AuditTrail {
  const writing = new Set<Promise<void>>();
  return {
    record(entry) {
      const written = audit.append(entry).catch((error: unknown) => log.error({ entry, error: createErrorRecord(error) }, 'The audit log could not be written; this is the entry'));
      writing.add(written);
      void written.finally(() => writing.delete(written));
    },
    async flush() {
      await Promise.all(writing);
    },
  };
}
