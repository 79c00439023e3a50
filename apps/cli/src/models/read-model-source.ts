import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, parseModelSource, type ModelSource } from '@eyegazer/core';
import { isLoopbackUrl } from '../config/parse-server-url.js';
import { resolveServerPath } from '../datasets/resolve-server-path.js';

/**
 * What a person means by a source: a folder that is there, where the server is this machine; `s3://`; a hub id; else a path on
 * the server.
 * @throws AppError BAD_REQUEST
 */
export function readModelSource(text: string, { url, revision }: { url: string; revision?: string | undefined }): ModelSource {
  const isFolder = isLoopbackUrl(url) && existsSync(resolve(text));
  const isNamed = /^(s3:\/\/|hub:)/.test(text) || /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*(@.*)?$/.test(text);
  const source: ModelSource = isFolder || !isNamed ? { kind: 'path', uri: resolveServerPath(text, url) } : parseModelSource(text, 'source');
  if (revision === undefined) return source;
  if (source.kind !== 'hub') throw new AppError('BAD_REQUEST', `--revision: expected a repository on the hub with it, got ${text}.`);
  return parseModelSource(`hub:${source.id}@${revision}`, 'source');
}
