/**
 * The doors of sockets: a client shows its token in `auth`, in the Authorization header or by the session's cookie when it
 * connects; whoever is known no more, because a token was revoked, has expired or a session has ended, is cut off within seconds.
 */
import { AppError, createErrorRecord, type Logger } from '@eyegazer/core';
import type { Server } from 'socket.io';
import type { Access, Caller } from '../doors/access.js';
import { assertAllowed } from '../doors/assert-allowed.js';
import { readCredential, type Credential } from '../doors/credential.js';
import type { Limits } from '../doors/limits.js';
import { assertSameOrigin } from '../doors/same-origin.js';
import { beginVisit } from '../doors/visit.js';
import type { ApiSocket } from './outlet.js';

export interface SocketAdmission {
  access: Access;
  limits: Limits;
  /** Proxies whose words are believed. */
  trustedHops: number;
  log: Logger;
}

/** Puts the doors before every connection. Answers the function that ends the looking again. */
export function admitSockets(io: Server, { access, limits, trustedHops, log }: SocketAdmission): () => void {
  const inside = new Map<ApiSocket, Caller>();

  async function admit(socket: ApiSocket): Promise<void> {
    const caller = await identifySocket(socket, { access, trustedHops });
    assertAllowed(caller.actor, 'viewer');
    const sockets = [...inside.values()].filter(({ key }) => key === caller.key).length;
    if (sockets >= limits.socketsPerCaller) throw new AppError('TOO_MANY_REQUESTS', `Expected at most ${limits.socketsPerCaller} connections of one token at a time. Close some first.`);
    // Who has gone meanwhile does not go again, and would be counted for ever.
    if (socket.conn.readyState === 'closed') return;
    inside.set(socket, caller);
    socket.conn.once('close', () => inside.delete(socket));
  }

  io.use(async (socket, next) => {
    const refusal = await findRefusal(socket);
    if (refusal) next(Object.assign(new Error(refusal.message), { data: createErrorRecord(refusal) }));
    else next();
  });

  async function findRefusal(socket: ApiSocket): Promise<AppError | null> {
    try {
      await admit(socket);
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      log.error({ error: String(error) }, 'a connection could not be looked at');
      return new AppError('INTERNAL');
    }
  }

  async function cutOff(): Promise<void> {
    const known = new Map<Caller, boolean>();
    for (const [socket, caller] of inside) {
      if (!known.has(caller)) known.set(caller, await access.isKnown(caller));
      if (known.get(caller) === false) socket.disconnect(true);
    }
  }
  const timer = setInterval(() => {
    // Without its database nothing can be said about anybody; the next look follows.
    cutOff().catch((error: unknown) => log.warn({ error: createErrorRecord(error) }, 'connections could not be looked at again'));
  }, limits.socketCheckMs);
  return () => clearInterval(timer);
}

async function identifySocket(socket: ApiSocket, { access, trustedHops }: Pick<SocketAdmission, 'access' | 'trustedHops'>): Promise<Caller> {
  const { headers } = socket.request;
  const visit = beginVisit(socket.request, trustedHops);
  const credential = readAuth(socket.handshake.auth) ?? readCredential(headers, visit);
  if (credential?.kind === 'session' && !(await access.isOpen())) assertSameOrigin(headers, visit, { mustSay: socket.conn.transport.name === 'websocket' });
  return access.identify(credential, visit.address);
}

function readAuth(auth: Record<string, unknown>): Credential | null {
  const token = auth['token'];
  return typeof token === 'string' ? { kind: 'token', secret: token } : null;
}
