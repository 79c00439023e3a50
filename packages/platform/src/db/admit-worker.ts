import { AppError } from '@eyegazer/core';
import type { Tx } from './open-database.js';
import { findUsableToken, isDemanded, noteTokenUse } from './token-repository.js';

const fix = 'Set EYEGAZER_TOKEN to a worker token: eyegazer tokens create <name> --role worker';

/**
 * Looks at what a worker shows when it registers, and answers the token's id; null where no tokens are asked for and none is shown.
 * @throws AppError UNAUTHORIZED
 */
export async function admitWorker(tx: Tx, secret: string | undefined): Promise<string | null> {
  if (secret === undefined) {
    if (!(await isDemanded(tx))) return null;
    throw new AppError('UNAUTHORIZED', `This server lets in workers with a token only, and this one has none. ${fix}`);
  }
  const token = await findUsableToken(tx, secret);
  if (!token) throw new AppError('UNAUTHORIZED', `The token in EYEGAZER_TOKEN is not one of this server's, has expired or was revoked. ${fix}`);
  if (token.role !== 'worker' && token.role !== 'admin') {
    throw new AppError('UNAUTHORIZED', `The token "${token.name}" has the role ${token.role}; a worker needs one with the role worker. ${fix}`);
  }
  return token.id;
}

/** Looks again at what a worker registered with. @throws AppError UNAUTHORIZED once it has expired or was revoked */
export async function confirmWorker(tx: Tx, workerId: string): Promise<void> {
  const [token] = await tx.$queryRaw<{ id: string; name: string; revoked: boolean; expired: boolean }[]>`
    SELECT token.id, token.name, token.revoked_at IS NOT NULL AS revoked, coalesce(token.expires_at <= now(), false) AS expired
    FROM worker JOIN access_token AS token ON token.id = worker.token_id WHERE worker.id = ${workerId}`;
  if (!token) return;
  if (token.revoked || token.expired) throw new AppError('UNAUTHORIZED', `The token "${token.name}" of this worker ${token.revoked ? 'was revoked' : 'has expired'}. ${fix}`);
  await noteTokenUse(tx, token.id);
}
