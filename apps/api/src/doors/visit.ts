import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { AppError, type Actor } from '@eyegazer/core';
import type { Response } from 'express';
import type { Caller } from './access.js';

/** One request as the doors see it: where it came from, and later who sent it and what it was about. */
export interface Visit {
  requestId: string;
  /** The client's, past the proxies that are trusted. */
  address: string;
  /** Came over https, as far as we or a trusted proxy know. */
  secure: boolean;
  /** What the client called this server: name and port; empty when it did not say. */
  host: string;
  /** Null until somebody is recognised. */
  caller: Caller | null;
  /** Ids of what it made, for the audit log. */
  made: Record<string, string>;
  /** Path of its operation, as the contract has it; null until, or unless, there is one. */
  route: string | null;
  /** What every log line of this request carries. */
  logFields: Record<string, unknown>;
  /** What it failed of. */
  failure: unknown;
}

const requestIdPattern = /^[A-Za-z0-9._-]{8,128}$/;
const hostPattern = /^[A-Za-z0-9._:[\]-]{1,255}$/;

/** @param trustedHops proxies in front of this server; what the last of them and those before it say is believed */
export function beginVisit(request: IncomingMessage, trustedHops: number): Visit {
  const isProxied = trustedHops > 0;
  const given = isProxied ? firstOf(request.headers['x-request-id']) : undefined;
  const protocol = (isProxied ? firstOf(request.headers['x-forwarded-proto']) : undefined) ?? ((request.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http');
  const host = (isProxied ? firstOf(request.headers['x-forwarded-host']) : undefined) ?? request.headers.host ?? '';
  const requestId = given !== undefined && requestIdPattern.test(given) ? given : randomUUID();
  return {
    requestId,
    address: findAddress(request, trustedHops),
    secure: protocol === 'https',
    host: hostPattern.test(host) ? host.toLowerCase() : '',
    caller: null,
    made: {},
    route: null,
    logFields: { requestId },
    failure: null,
  };
}

/** Who has come in, of an operation that takes a role. */
export function actorOf({ caller }: Visit): Actor {
  if (!caller) throw new AppError('INTERNAL', 'Nobody was asked who they are.');
  return caller.actor;
}

/** The visit that an answer belongs to. */
export function visitOf(response: Response): Visit {
  return response.locals['visit'] as Visit;
}

/** Each proxy appends whom it heard; of what stands before the trusted ones, anybody may have written it. */
function findAddress(request: IncomingMessage, trustedHops: number): string {
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').map((part) => part.trim()).filter((part) => part !== '');
  const chain = [request.socket.remoteAddress ?? 'unknown', ...forwarded.reverse()];
  const address = chain[Math.min(trustedHops, chain.length - 1)] ?? 'unknown';
  return address.replace(/^::ffff:(?=\d+\.)/, '').slice(0, 64);
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return [header ?? []].flat()[0]?.split(',')[0]?.trim();
}
