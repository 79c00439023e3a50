import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportVersion as exportFiles } from '@eyegazer/data';
import { AppError } from '@eyegazer/core';
import type { Handler } from '../http/route.js';

/** A version as a zip, streamed. What fails on the way cuts the download: a zip without its end opens nowhere. */
export const exportVersion: Handler<'exportVersion'> = async (api, { params, query, response }) => {
  const { name, number, version } = await api.openDatasets.version(params.id, parseNumber(params.version));
  const given = new AbortController();
  response.once('close', () => given.abort());
  const bytes = exportFiles({ version, layout: query.layout, name: `${name}@${number}`, signal: given.signal });
  response.attachment(`${name}-${number}-${query.layout}.zip`);
  response.set({ 'Content-Type': 'application/zip', 'Cache-Control': 'private, no-cache' });
  await pipeline(Readable.from(bytes, { objectMode: false }), response);
  return undefined;
};

/** @throws AppError NOT_FOUND */
function parseNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= 1) return number;
  throw new AppError('NOT_FOUND', `Expected the number of a version, 1 or more, got ${JSON.stringify(text.slice(0, 40))}.`);
}
