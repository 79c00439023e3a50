import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { visitOf } from '../doors/visit.js';

const yearSeconds = 31_536_000;

/** Headers that keep other sites out. Only over https is a browser told to stay there: the same server speaks plain HTTP on loopback. */
export function setSecurityHeaders(): RequestHandler {
  const [plain, secure] = [createHelmet(false), createHelmet(true)];
  return (request, response, next) => (visitOf(response).secure ? secure : plain)(request, response, next);
}

function createHelmet(secure: boolean): (request: Request, response: Response, next: () => void) => void {
  return helmet({
    strictTransportSecurity: secure ? { maxAge: yearSeconds } : false,
    frameguard: { action: 'deny' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'base-uri': ["'none'"],
        // Not every browser counts a websocket of the same host as 'self'.
        'connect-src': ["'self'", (_request, response) => socketSource(response as Response)],
        'font-src': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'object-src': ["'none'"],
        'script-src': ["'self'"],
        'script-src-attr': ["'none'"],
        'style-src': ["'self'", "'unsafe-inline'"],
      },
    },
  });
}

function socketSource(response: Response): string {
  const { secure, host } = visitOf(response);
  return host === '' ? "'self'" : `${secure ? 'wss' : 'ws'}://${host}`;
}
