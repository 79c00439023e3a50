import type { Page } from 'playwright-core';

/** Bytes per second that a page can send from now on; -1 is no limit. */
export async function createBrake(page: Page): Promise<(bytesPerSecond: number) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  return async (uploadThroughput) => void (await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput }));
}
