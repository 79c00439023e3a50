import { randomUUID } from 'node:crypto';
import { AppError } from '@eyegazer/core';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import type { Api } from '../api.js';
import { serveDashboard } from '../dashboard/serve-dashboard.js';
import { routes } from '../routes.js';
import { mountRoutes, requestIdOf } from './mount-routes.js';
import { presentError } from './present-error.js';

/** The Express application: request ids, security headers, the API, the dashboard, and the one place where errors become answers. */
export function createApp(api: Api, options: { dashboardFolder: string }): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('trust proxy', false);
  app.use((_request, response, next) => {
    response.set('X-Request-Id', randomUUID());
    next();
  });
  // No HSTS and no upgrade to https: this server speaks plain HTTP on loopback.
  app.use(
    helmet({
      strictTransportSecurity: false,
      contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null, 'img-src': ["'self'", 'data:', 'blob:'] } },
    }),
  );
  mountRoutes(app, api, routes);
  app.use('/api', (request) => {
    throw new AppError('NOT_FOUND', `There is no ${request.method} ${request.originalUrl.split('?')[0] ?? ''}.`);
  });
  app.use(serveDashboard(options.dashboardFolder));
  app.use(answerError(api));
  return app;
}

function answerError(api: Api): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const requestId = requestIdOf(response);
    const { status, body } = presentError(error, requestId);
    if (isClientGone(error)) return void response.destroy();
    if (status >= 500) api.log.error({ requestId, method: request.method, path: request.path, error: describe(error) }, 'request failed');
    // An answer that has begun cannot become an error: cutting it is the only way left to say that it is not whole.
    if (response.headersSent) response.destroy();
    else response.status(status).set('Cache-Control', 'no-store').json(body);
  };
}

/** A download that was given up: nobody is left to answer, and nothing is wrong here. */
function isClientGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
