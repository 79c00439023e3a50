import { AppError } from '@eyegazer/core';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Api } from '../api.js';
import { serveDashboard } from '../dashboard/serve-dashboard.js';
import type { Admission } from '../doors/admit.js';
import { beginVisit, visitOf } from '../doors/visit.js';
import { routes } from '../routes.js';
import type { BodyTimes } from './body-times.js';
import { mountRoutes } from './mount-routes.js';
import { presentError } from './present-error.js';
import { setSecurityHeaders } from './security-headers.js';

export interface AppOptions {
  dashboardFolder: string;
  admission: Admission;
  /** Proxies in front of this server whose words are believed. */
  trustedHops: number;
  bodyTimes: BodyTimes;
  /** Runs what follows so that every log line of it carries these fields. */
  withLogFields: WithLogFields;
}

export type WithLogFields = (fields: Record<string, unknown>, work: () => void) => void;

/** The Express application: request ids, security headers, the API, the dashboard, and the one place where errors become answers. */
export function createApp(api: Api, options: AppOptions): Express {
  const { admission, bodyTimes, trustedHops } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple').set('trust proxy', trustedHops);
  app.use((request, response, next) => {
    const visit = beginVisit(request, trustedHops);
    response.locals['visit'] = visit;
    response.set('X-Request-Id', visit.requestId);
    options.withLogFields(visit.logFields, next);
  });
  app.use(setSecurityHeaders());
  mountRoutes(app, api, { routes, admission, bodyTimes });
  app.use('/api', (request) => {
    throw new AppError('NOT_FOUND', `There is no ${request.method} ${request.originalUrl.split('?')[0] ?? ''}.`);
  });
  app.use(...admission.toPages(), serveDashboard(options.dashboardFolder));
  app.use(answerError);
  return app;
}

const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
  const visit = visitOf(response);
  const { status, body } = presentError(error, visit.requestId);
  if (isClientGone(error)) return void response.destroy();
  if (status === 401) response.set('WWW-Authenticate', 'Bearer');
  if (status >= 500) visit.failure = error;
  // An answer that has begun cannot become an error: cutting it is the only way left to say that it is not whole.
  if (response.headersSent) response.destroy();
  else response.status(status).set('Cache-Control', 'no-store').json(body);
};

/** A download that was given up: nobody is left to answer, and nothing is wrong here. */
function isClientGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
