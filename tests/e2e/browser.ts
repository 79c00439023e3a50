import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { needs } from '../needs.js';

export type TestBrowser = Browser;

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Skips the suite loudly where there is no Chromium; in CI that is a failure. */
export function needsChromium(context: Mocha.Context): void {
  needs(context, existsSync(executablePath), `Chromium at ${executablePath} (set CHROMIUM to its path, or install Debian's package chromium)`);
}

/** Headless Chromium that talks to nobody but the page under test; `reroute` sends what goes to one `host:port` to another. */
export function launchBrowser({ reroute }: { reroute?: { from: string; to: string } } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...(reroute ? [`--host-resolver-rules=MAP ${reroute.from} ${reroute.to}`] : [])],
  });
}
