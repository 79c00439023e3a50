import type { Logger } from '@eyegazer/core';

const watchMs = 60_000;
/** An import that has only lost its database for a moment is not given up by another process. */
const silentForMs = 30_000;

/** Marks imports as failed whose process is gone, now and every minute: other API processes may end at any time. */
export function watchAbandonedImports({ failInterrupted, what, log }: { failInterrupted: (options: { silentForMs: number }) => Promise<number>; what: string; log: Logger }): { begin(): Promise<void>; end(): void } {
  let watch: NodeJS.Timeout | null = null;

  async function look(options: { silentForMs: number }): Promise<void> {
    const failed = await failInterrupted(options);
    if (failed > 0) log.warn({ what, imports: failed }, 'Imports whose process is gone are marked as failed');
  }

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
