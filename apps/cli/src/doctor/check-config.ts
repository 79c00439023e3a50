import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readConfig } from '../config/config-file.js';
import { fail, ok, type CheckResult } from './check-result.js';

const name = 'login';

/** Whether the stored login can be read, and by its owner alone. */
export async function checkConfig(path: string): Promise<CheckResult> {
  const file = await stat(path).catch(() => null);
  if (!file) return ok(name, 'nobody is logged in; commands go to --url, EYEGAZER_URL or this machine');
  const folder = await stat(dirname(path));
  // Windows has no such bits.
  const isOpen = process.platform !== 'win32' && ((file.mode & 0o077) !== 0 || (folder.mode & 0o022) !== 0);
  if (isOpen) return fail(name, `others can read ${path}, or write its folder`, `chmod 700 ${dirname(path)} && chmod 600 ${path}; if others use this machine, revoke the token and log in again`);
  try {
    const config = await readConfig(path);
    return ok(name, `${path} is for you alone, for ${config?.url ?? 'no server'}`);
  } catch (error) {
    return fail(name, error instanceof Error ? error.message : String(error), 'eyegazer logout, then eyegazer login');
  }
}
