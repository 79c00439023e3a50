import { parseServerUrl } from './parse-server-url.js';
import { readConfig } from './config-file.js';
import { configPath } from './config-path.js';

export const defaultUrl = 'http://127.0.0.1:4400';

export interface Server {
  /** Origin of the API. */
  url: string;
  /** Null for a server that asks for none. */
  token: string | null;
}

/**
 * Which server a command speaks to: `--url`, else EYEGAZER_URL, else where this person logged in, else this machine. A
 * stored token is for the server it was stored with: it goes nowhere else.
 */
export async function findServer(given: string | undefined, env: Readonly<Record<string, string | undefined>>): Promise<Server> {
  const fromEnv = env['EYEGAZER_URL'] || undefined;
  const wanted = given === undefined ? (fromEnv === undefined ? null : parseServerUrl(fromEnv, 'EYEGAZER_URL')) : parseServerUrl(given, '--url');
  const ownToken = env['EYEGAZER_TOKEN'] || null;
  // What need not be read cannot be broken.
  if (wanted !== null && ownToken !== null) return { url: wanted, token: ownToken };
  const stored = await readConfig(configPath(env));
  const url = wanted ?? (stored === null ? defaultUrl : parseServerUrl(stored.url, 'url of the stored login'));
  return { url, token: ownToken ?? (stored !== null && new URL(stored.url).origin === url ? stored.token : null) };
}
