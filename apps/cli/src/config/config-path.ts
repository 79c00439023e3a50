import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where the server and the token of this person are kept, by the XDG Base Directory Specification. */
export function configPath(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['XDG_CONFIG_HOME'] ?? '';
  // The specification tells us to ignore a relative path.
  return join(isAbsolute(given) ? given : join(homedir(), '.config'), 'eyegazer', 'config.json');
}
