import { isAbsolute, resolve } from 'node:path';
import { AppError } from '@eyegazer/core';
import { isLoopbackUrl } from '../config/parse-server-url.js';

/**
 * A path on the server. Where the server is this machine, a relative one counts from the current folder.
 * @throws AppError BAD_REQUEST for a relative path on another machine
 */
export function resolveServerPath(path: string, url: string): string {
  if (isAbsolute(path) || /^[A-Za-z]:[\\/]/.test(path)) return path;
  if (isLoopbackUrl(url)) return resolve(path);
  throw new AppError('BAD_REQUEST', `${path}: expected an absolute path, because it is a path on the server ${url} and not on this machine.`);
}
