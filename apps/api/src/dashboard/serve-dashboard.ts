import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import express, { Router } from 'express';

const notBuilt = `<!doctype html><meta charset="utf-8"><title>Eyegazer</title>
<body style="font-family: sans-serif; max-width: 40em; margin: 4em auto">
<h1>The dashboard is not built yet</h1>
<p>The API answers, but there is no page to show. Run <code>npm run build</code> and reload.</p>
`;

/**
 * Serves the built dashboard: files of `assets/` carry a hash in their name and are cached for good, everything else is
 * asked for again each time; a path that names no file is a page of the dashboard's own router.
 */
export function serveDashboard(folder: string): Router {
  const router = Router();
  const index = join(folder, 'index.html');
  router.use((request, _response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    throw new AppError('METHOD_NOT_ALLOWED', `Expected GET or HEAD on this path, got ${request.method}.`);
  });
  router.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '365d', index: false }), () => {
    throw new AppError('NOT_FOUND', 'There is no such file of the dashboard. Reload the page.');
  });
  router.use(express.static(folder, { index: false, cacheControl: false, setHeaders: (response) => response.setHeader('Cache-Control', 'no-cache') }));
  router.use((_request, response) => {
    response.set('Cache-Control', 'no-cache');
    if (existsSync(index)) response.sendFile('index.html', { root: folder, cacheControl: false });
    else response.status(503).type('html').send(notBuilt);
  });
  return router;
}
