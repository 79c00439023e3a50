import { Prisma } from './generated/client.js';

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'EAI_AGAIN']);
/** Prisma: cannot reach, timed out, closed the connection, no connection to be had in time, transaction's connection lost. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);
/** PostgreSQL: connection exceptions (08), too many connections (53300), shutting down or starting (57P01 to 57P03). */
const sqlStates = /^(08...|53300|57P0[123])$/;
const messages = /Connection terminated|Can't reach database server|timeout exceeded when trying to connect|Cannot use a pool after calling end|Server has closed the connection/;

/** True when the database, not the query, is the trouble: the same thing may work in a while. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error === null || typeof error !== 'object') return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (networkCodes.has(code) || prismaCodes.has(code) || sqlStates.test(code)) return true;
  if ('message' in error && typeof error.message === 'string' && messages.test(error.message)) return true;
  if ('meta' in error && isDatabaseUnavailable(error.meta)) return true;
  if ('driverAdapterError' in error && isDatabaseUnavailable(error.driverAdapterError)) return true;
  if ('originalCode' in error && typeof error.originalCode === 'string' && sqlStates.test(error.originalCode)) return true;
  return 'cause' in error && error.cause !== error && isDatabaseUnavailable(error.cause);
}

/** True when a unique key or primary key would be violated. */
export function isKeyViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

/** True when another row still refers to this one. */
export function isReferenceViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && (error.code === 'P2003' || error.code === 'P2014');
}
