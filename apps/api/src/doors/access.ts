/**
 * Who is asking. The server is open, to anybody who can reach it, exactly while it is bound to loopback, no proxy is said to
 * be in front of it, and no token for people was ever made; from then on a caller shows a token or a session that stands for one. Every door asks here: HTTP,
 * sockets, metrics.
 */
import { createHash } from 'node:crypto';
import { AppError, type Actor, type Clock } from '@eyegazer/core';
import type { Platform, UsableToken } from '@eyegazer/platform';
import { withinTime } from '../services/within-time.js';
import type { Credential } from './credential.js';
import { createFailureCounter } from './failure-counter.js';
import type { Limits } from './limits.js';

/** Somebody whom the doors know. */
export interface Caller {
  actor: Actor;
  /** What it showed; null for the open door. */
  credential: Credential | null;
  /** What its requests are counted by. */
  key: string;
}

export interface Access {
  /** @throws AppError UNAVAILABLE without a database, unless the door was open when it was last there */
  isOpen(): Promise<boolean>;
  /** @throws AppError UNAUTHORIZED, TOO_MANY_REQUESTS after too many failures of this address, UNAVAILABLE */
  identify(credential: Credential | null, address: string): Promise<Caller>;
  /** Looks again whether somebody is still known. @throws AppError UNAVAILABLE */
  isKnown(caller: Caller): Promise<boolean>;
  /** Believes nothing any more without a look at the database: tokens or sessions have changed. */
  forget(): void;
  close(): void;
}

export interface AccessOptions {
  platform: Pick<Platform, 'tokens' | 'sessions'>;
  /** Only this machine can reach the server. */
  isPrivate: boolean;
  limits: Limits;
  clock: Clock;
}

/** A database that says nothing must not keep whoever asks waiting. */
const longestLookMs = 2500;
const thisMachine: Actor = { tokenId: null, name: 'this machine', role: 'admin' };
const mostRemembered = 1000;
const howToGetIn = 'Send "Authorization: Bearer <token>", log in on the dashboard, or run "eyegazer login". An admin makes tokens under Settings, or with "eyegazer tokens create".';

interface Remembered {
  caller: Caller;
  expiresAt: Date | null;
  /** By the clock, when the database said so. */
  at: number;
}

export function createAccess({ platform, isPrivate, limits, clock }: AccessOptions): Access {
  const failures = createFailureCounter(limits.failuresPerMinute);
  /** By the hash of what was shown, what was looked up longest ago first. */
  const remembered = new Map<string, Remembered>();
  const lookingUp = new Map<string, Promise<Caller | null>>();
  let openSeenAt: number | null = null;
  let isClosedForGood = !isPrivate;

  const isRecent = (at: number): boolean => clock.now() - at < limits.believedForMs;

  function remember(key: string, entry: Remembered): void {
    remembered.delete(key);
    remembered.set(key, entry);
    const oldest = remembered.keys().next().value;
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
  }

  async function lookUp(credential: Credential, key: string): Promise<Caller | null> {
    const { kind, secret } = credential;
    const at = clock.now();
    const token: UsableToken | null = kind === 'token' ? await platform.tokens.verify(secret) : await platform.sessions.verify(secret);
    if (!token) {
      remembered.delete(key);
      return null;
    }
    const { id, name, role, expiresAt } = token;
    const caller: Caller = { actor: { tokenId: id, name, role }, credential, key: `token ${id}` };
    remember(key, { caller, expiresAt, at });
    return caller;
  }

  /** Many requests at once with the same token are one look at the database. */
  function lookUpOnce(credential: Credential, key: string): Promise<Caller | null> {
    const pending = lookingUp.get(key) ?? withinTime(lookUp(credential, key), longestLookMs).finally(() => lookingUp.delete(key));
    lookingUp.set(key, pending);
    return pending;
  }

  async function verify(credential: Credential, address: string | null): Promise<Caller | null> {
    const key = keyOfCredential(credential);
    const known = remembered.get(key);
    if (known && isRecent(known.at) && (known.expiresAt === null || known.expiresAt.getTime() > clock.now())) return known.caller;
    // Whoever was let in before is not shut out by what others try from the same address.
    if (!known && address !== null && (await failures.isFull(address))) {
      throw new AppError('TOO_MANY_REQUESTS', `Too many tokens from ${address} that are not known here. Try again in a minute.`);
    }
    const caller = await lookUpOnce(credential, key);
    if (!caller && address !== null) await failures.add(address);
    return caller;
  }

  async function isOpen(): Promise<boolean> {
    if (isClosedForGood) return false;
    if (openSeenAt !== null && isRecent(openSeenAt)) return true;
    const at = clock.now();
    try {
      isClosedForGood = await withinTime(platform.tokens.demanded(), longestLookMs);
    } catch (error) {
      // Without its database there is nothing to protect, and a person must be able to see what is missing.
      if (openSeenAt === null || !(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error;
      // Believed for a while, so that not every request waits for a database that says nothing.
      openSeenAt = clock.now();
      return true;
    }
    if (!isClosedForGood) openSeenAt = at;
    return !isClosedForGood;
  }

  return {
    isOpen,
    async identify(credential, address) {
      if (await isOpen()) return { actor: thisMachine, credential: null, key: 'this machine' };
      if (!credential) throw new AppError('UNAUTHORIZED', `This server asks for an access token. ${howToGetIn}`);
      const caller = await verify(credential, address);
      if (caller) return caller;
      const what = credential.kind === 'token' ? 'This access token is not known here, has expired or was revoked.' : 'This session has ended.';
      throw new AppError('UNAUTHORIZED', `${what} ${howToGetIn}`);
    },
    isKnown: async ({ credential }) => (credential === null ? isOpen() : (await verify(credential, null)) !== null),
    forget() {
      for (const entry of remembered.values()) entry.at = Number.NEGATIVE_INFINITY;
      openSeenAt = openSeenAt === null ? null : Number.NEGATIVE_INFINITY;
    },
    close: () => failures.close(),
  };
}

/** Of one length, whatever was shown. */
function keyOfCredential({ kind, secret }: Credential): string {
  return createHash('sha256').update(`${kind} ${secret}`).digest('base64');
}
