/**
 * Who may talk to a server that has no tokens: programs and pages of this machine only. Any web page can make a browser
 * send requests to a loopback port, and a name it owns can be made to resolve to 127.0.0.1 (DNS rebinding); so Host must
 * be a loopback name with our port, and Origin, which browsers add to what pages send, must be our own. Behind a proxy of
 * this machine, everybody would be this machine: what says that it came through one is turned away.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '@eyegazer/core';
import { isReading } from '../http/is-reading.js';

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

export interface Knock {
  method: string;
  headers: IncomingHttpHeaders;
}

/** Says why a request is turned away, or null when it may enter. `port` is the one we listen on. */
export function findRefusal(knock: Knock, port: number): AppError | null {
  const proxied = proxyHeaders.find((name) => knock.headers[name] !== undefined);
  if (proxied !== undefined) {
    return new AppError('FORBIDDEN', `Expected no proxy before a server that asks for no token, got the header ${proxied}. Set EYEGAZER_TRUST_PROXY to the number of proxies: it asks for tokens then.`);
  }
  const host = knock.headers.host?.toLowerCase();
  if (host === undefined || !isOurHost(host, port)) {
    return new AppError('FORBIDDEN', `Expected the Host header to be a loopback address with port ${port}, such as 127.0.0.1:${port}, got ${host ?? 'none'}.`);
  }
  const { origin } = knock.headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    return new AppError('FORBIDDEN', `Expected requests of this server's own pages (Origin http://${host}), got Origin ${origin}.`);
  }
  const site = knock.headers['sec-fetch-site'];
  if (!isReading(knock.method) && site !== undefined && site !== 'same-origin' && site !== 'none') {
    return new AppError('FORBIDDEN', `Expected a request of this server's own pages, got one that is ${site}.`);
  }
  return null;
}

function isOurHost(host: string, port: number): boolean {
  return loopbackNames.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}
