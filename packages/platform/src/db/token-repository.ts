import { accessTokenPattern, AppError, type CreateToken, type Page, type PageQuery, type Role, type TokenWire } from '@eyegazer/core';
import { olderThan, pageOf, parseCursor } from './cursor.js';
import type { AccessToken } from './generated/client.js';
import { toIso, toIsoOrNull } from './json.js';
import { newId } from './new-id.js';
import type { Database, Tx } from './open-database.js';
import { hashSecret, newSecret } from './secrets.js';

/** A token that opens the door now. */
export interface UsableToken {
  id: string;
  name: string;
  role: Role;
  /** Null: never. */
  expiresAt: Date | null;
}

/** Keys to the doors. A row is never deleted: the audit log and the closed door remember it. */
export interface TokenRepository {
  /**
   * Makes a token; its secret is nowhere but in the answer.
   * @throws AppError BAD_REQUEST for a time that has passed, CONFLICT when it would close the door with nobody inside who can open it
   */
  create(input: CreateToken): Promise<{ secret: string; token: TokenWire }>;
  /** An admin token where no usable one exists, null where one does; asked by many at once, one of them gets it. */
  createFirstAdmin(): Promise<string | null>;
  list(query: PageQuery): Promise<Page<TokenWire>>;
  /** Ends a token and its sessions; a revoked one stays revoked. @throws AppError NOT_FOUND, CONFLICT for the last usable admin token */
  revoke(id: string): Promise<TokenWire>;
  /** The token that a secret belongs to, null unless it is usable. Its last use is noted once a minute at most. */
  verify(secret: string): Promise<UsableToken | null>;
  /** True once a token for people has ever been made: from then on nobody enters without one. */
  demanded(): Promise<boolean>;
  /** True for the secret of any token that was ever made here, usable or not. */
  wasMade(secret: string): Promise<boolean>;
}

/** Held by whoever changes who may enter: two admins cannot revoke each other at the same moment. */
const doorLock = 4_400_002;
const forPeople: Role[] = ['viewer', 'member', 'admin'];
const shownPrefixLength = 8;

export function createTokenRepository({ database }: { database: Database }): TokenRepository {
  const { prisma } = database;
  const withDoorLock = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    database.transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${doorLock}::bigint)`;
      return work(tx);
    });

  return {
    create: (input) =>
      withDoorLock(async (tx) => {
        const now = await readClock(tx);
        const expiresAt = input.expiresAt === null ? null : new Date(input.expiresAt);
        if (expiresAt && expiresAt <= now) {
          throw new AppError('BAD_REQUEST', `expiresAt: expected a time to come, got ${toIso(expiresAt)}; here it is ${toIso(now)}.`, { path: 'expiresAt' });
        }
        if (input.role !== 'worker' && input.role !== 'admin' && !(await isDemanded(tx))) {
          throw new AppError('CONFLICT', `role: the first token closes the open door, so expected admin, got ${input.role}: nobody could make another one. Create an admin token first.`, { path: 'role' });
        }
        return insert(tx, { ...input, expiresAt }, now);
      }),

    createFirstAdmin: () =>
      withDoorLock(async (tx) => {
        const now = await readClock(tx);
        if ((await countUsableAdmins(tx, now)) > 0) return null;
        return (await insert(tx, { name: 'first admin', role: 'admin', expiresAt: null }, now)).secret;
      }),

    async list({ limit, cursor }) {
      const after = parseCursor('tokens', cursor);
      const now = await readClock(prisma);
      const rows = await prisma.accessToken.findMany({ where: after ? olderThan(after) : {}, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit + 1 });
      return pageOf({ list: 'tokens', rows, limit, cursorOf: ({ createdAt, id }) => ({ key: toIso(createdAt), id }), present: (row) => presentToken(row, now) });
    },

    revoke: (id) =>
      withDoorLock(async (tx) => {
        const now = await readClock(tx);
        const row = await tx.accessToken.findUnique({ where: { id } });
        if (!row) throw new AppError('NOT_FOUND', `There is no token ${id}.`, { details: { token: id } });
        if (row.revokedAt) return presentToken(row, now);
        if (row.role === 'admin' && isUsable(row, now) && (await countUsableAdmins(tx, now)) === 1) {
          throw new AppError('CONFLICT', `"${row.name}" is the last admin token that works: without it nobody could make another. Create another admin token, use that one from now on, then revoke this one.`);
        }
        await tx.session.deleteMany({ where: { tokenId: id } });
        return presentToken(await tx.accessToken.update({ where: { id }, data: { revokedAt: now } }), now);
      }),

    verify: (secret) => findUsableToken(prisma, secret),

    demanded: () => isDemanded(prisma),

    wasMade: async (secret) => (await prisma.accessToken.findUnique({ where: { hash: hashSecret(secret) }, select: { id: true } })) !== null,
  };
}

/** The token that a secret belongs to, null unless it is usable; notes its use. */
export async function findUsableToken(tx: Tx, secret: string): Promise<UsableToken | null> {
  // What is not even shaped like a token is none, and needs no look at the database.
  if (!accessTokenPattern.test(secret)) return null;
  const [row] = await tx.$queryRaw<(UsableToken & { noteUse: boolean })[]>`
    SELECT id, name, role, expires_at AS "expiresAt", last_used_at IS NULL OR last_used_at < now() - interval '1 minute' AS "noteUse"
    FROM access_token WHERE hash = ${hashSecret(secret)} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;
  if (!row) return null;
  const { noteUse, ...token } = row;
  if (noteUse) await noteTokenUse(tx, token.id);
  return token;
}

/** Looks again, so that many at once write once. */
export async function noteTokenUse(tx: Tx, id: string): Promise<void> {
  await tx.$executeRaw`UPDATE access_token SET last_used_at = now() WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;
}

/** True once a token for people has ever been made. */
export async function isDemanded(tx: Tx): Promise<boolean> {
  return (await tx.accessToken.findFirst({ where: { role: { in: forPeople } }, select: { id: true } })) !== null;
}

/** The database's time: every process judges expiry by the same clock. */
async function readClock(tx: Tx): Promise<Date> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT now()`;
  if (!row) throw new AppError('INTERNAL', 'The database did not say what time it is.');
  return row.now;
}

async function insert(tx: Tx, input: { name: string; role: Role; expiresAt: Date | null }, now: Date): Promise<{ secret: string; token: TokenWire }> {
  const secret = newSecret('eyg_');
  const row = await tx.accessToken.create({ data: { id: newId(), ...input, hash: hashSecret(secret), prefix: secret.slice(0, shownPrefixLength) } });
  return { secret, token: presentToken(row, now) };
}

function countUsableAdmins(tx: Tx, now: Date): Promise<number> {
  return tx.accessToken.count({ where: { role: 'admin', revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] } });
}

function isUsable({ revokedAt, expiresAt }: AccessToken, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

function presentToken(row: AccessToken, now: Date): TokenWire {
  const { id, name, role, prefix, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  return {
    id,
    name,
    role: role as Role,
    prefix,
    state: revokedAt ? 'revoked' : isUsable(row, now) ? 'usable' : 'expired',
    createdAt: toIso(createdAt),
    expiresAt: toIsoOrNull(expiresAt),
    lastUsedAt: toIsoOrNull(lastUsedAt),
    revokedAt: toIsoOrNull(revokedAt),
  };
}
