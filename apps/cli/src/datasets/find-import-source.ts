import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError, type DatasetSource } from '@eyegazer/core';
import { isLoopbackUrl } from '../config/parse-server-url.js';
import { resolveServerPath } from './resolve-server-path.js';

/** What the server can read by itself, or a zip file of this machine that is sent to it first. */
export type ImportSource = DatasetSource | { kind: 'file'; path: string; byteLength: number };

/** @throws AppError BAD_REQUEST for what is only here and no zip file */
export async function findImportSource(text: string, url: string): Promise<ImportSource> {
  if (text.startsWith('s3://')) return { kind: 's3', uri: text };
  const path = resolve(text);
  const here = await stat(path).catch(() => null);
  if (here?.isFile() && text.toLowerCase().endsWith('.zip')) return { kind: 'file', path, byteLength: here.size };
  if (here?.isDirectory() && !isLoopbackUrl(url) && path !== text) {
    throw new AppError('BAD_REQUEST', `${text} is a folder of this machine, and ${url} is another one. Pack it into a zip file and give that: it is sent.`);
  }
  return { kind: 'path', uri: resolveServerPath(text, url) };
}
