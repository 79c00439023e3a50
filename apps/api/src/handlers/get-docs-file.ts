import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@eyegazer/core';
import type { Response } from 'express';
import { docsScript, docsStyle } from '../docs/docs-page.js';
import type { Handler } from '../http/route.js';

const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const ownFiles = new Map([['start.js', docsScript], ['page.css', docsStyle]]);
const swaggerFiles = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']);

/** A script or style of the page at /api/docs; a name is looked up, never followed as a path. */
export const getDocsFile: Handler<'getDocsFile'> = async (_api, { params, response }) => {
  const { file } = params;
  response.set('Cache-Control', 'private, max-age=3600');
  const own = ownFiles.get(file);
  if (own !== undefined) response.type(file).send(own);
  else if (swaggerFiles.has(file)) await sendFile(response, join(swaggerUi, file));
  else throw new AppError('NOT_FOUND', `The page at /api/docs has no file ${JSON.stringify(file)}.`);
  return undefined;
};

/** Whole, because a script is never fetched in parts. */
function sendFile(response: Response, path: string): Promise<void> {
  return promisify<string, object, void>(response.sendFile.bind(response))(path, { acceptRanges: false, cacheControl: false, etag: false, lastModified: false });
}
