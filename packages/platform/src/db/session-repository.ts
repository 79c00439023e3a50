import type { Database } from './open-database.js';
import { hashSecret, newSecret } from './secrets.js';
import { noteTokenUse, type UsableToken } from './token-repository.js';

/** A session that opens the door now, with its token. */
export interface UsableSession extends UsableToken {
  /** When the session ends, or its token, whichever comes first. */
  expiresAt: Date;
}

/** Browsers that have shown a token. A session lives 30 days at most and never longer than its token. */
export interface SessionRepository {
  /** Begins a session and answers its secret, which is nowhere else; takes away sessions that have expired. */
  create(tokenId: string): Promise<string>;
  /** The token of the session that a secret belongs to, null unless both are usable. */
  verify(secret: string): Promise<UsableSession | null>;
  /** Ends the session; none is there to end: nothing happens. */
  end(secret: string): Promise<void>;
}

export const sessionDays = 30;
const secretPattern = /^eys_[A-Za-z0-9_-]{43}$/;

export function createSessionRepository({ database: { prisma } }: { database: Database }): SessionRepository {
  return {
    async create(tokenId) {
      await prisma.$executeRaw`DELETE FROM session WHERE expires_at < now()`;
      const secret = newSecret('eys_');
      await prisma.$executeRaw`INSERT INTO session (hash, token_id, expires_at) VALUES (${hashSecret(secret)}, ${tokenId}, now() + make_interval(days => ${sessionDays}::int))`;
      return secret;
    },

    async verify(secret) {
      if (!secretPattern.test(secret)) return null;
      const [row] = await prisma.$queryRaw<(UsableSession & { noteUse: boolean })[]>`
        SELECT token.id, token.name, token.role, LEAST(session.expires_at, token.expires_at) AS "expiresAt",
          token.last_used_at IS NULL OR token.last_used_at < now() - interval '1 minute' AS "noteUse"
        FROM session JOIN access_token AS token ON token.id = session.token_id
        WHERE session.hash = ${hashSecret(secret)} AND session.expires_at > now()
          AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > now())`;
      if (!row) return null;
      const { noteUse, ...session } = row;
      if (noteUse) await noteTokenUse(prisma, session.id);
      return session;
    },

    async end(secret) {
      await prisma.session.deleteMany({ where: { hash: hashSecret(secret) } });
    },
  };
}
