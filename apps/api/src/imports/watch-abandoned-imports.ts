import type { Logger } from '@eyegazer/core';

const watchMs = 60_000;
/** An import that has only lost its database for a moment is not taken from its process by another. */
const silentForMs = 30_000;

/** Looks for imports whose process is gone, now and every minute: other API processes may end at any time. */
export function watchAbandonedImports({ look, what, log }: { look: (options: { silentForMs: number }) => Promise<void>; what: string; log: Logger }): { begin(): Promise<void>; end(): void } {
  let watch: NodeJS.Timeout | null = null;

  return {
    async begin() {
      await look({ silentForMs: 0 });
      watch ??= setInterval(() => {
        look({ silentForMs }).catch((error: unknown) => log.warn({ what, error: String(error) }, 'Imports whose process is gone could not be looked for; the next round tries again'));
      }, watchMs);
    },
    end() {
      if (watch !== null) clearInterval(watch);
    },
  };
}
