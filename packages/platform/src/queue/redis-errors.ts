import { AppError } from '@eyegazer/core';

/** What a Redis server, or the way to it, says -> what that means and what helps. The first that fits. */
const meanings: readonly { says: RegExp; means: (server: string) => string }[] = [
  { says: /NOAUTH/, means: (server) => `asks for a password. Put it into REDIS_URL: redis://:password@${server}.` },
  { says: /WRONGPASS|invalid password/i, means: () => 'refuses the user or the password of REDIS_URL.' },
  { says: /NOPERM/, means: () => 'does not let the user of REDIS_URL do what a queue needs: all commands on all keys.' },
  { says: /READONLY/, means: () => 'is a replica, which takes no writes. REDIS_URL must name the primary.' },
  { says: /\bOOM\b/, means: () => 'is full. Raise its maxmemory.' },
  {
    says: /certificate|CERT_|ERR_TLS/i,
    means: () => 'shows a TLS certificate that cannot be trusted. Set NODE_EXTRA_CA_CERTS to the file of the authority that signed it, and name the host in REDIS_URL as the certificate does.',
  },
];

/** @param server host and port, as people may see them */
export function describeRedisError(error: unknown, server: string): AppError {
  if (error instanceof AppError) return error;
  const said = sayingOf(error);
  const meaning = meanings.find(({ says }) => says.test(said))?.means(server) ?? 'does not answer. Check the host, the port and redis:// or rediss:// (TLS) in REDIS_URL, and that the server runs.';
  return new AppError('UNAVAILABLE', `Redis at ${server} ${meaning} (${said})`, { cause: withoutCommand(error) });
}

/** ioredis's own words for the same thing: lost, and not yet tried again. */
const lost = /^Stream isn't writeable|^Connection is closed|max retries per request/;

function sayingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (lost.test(error.message)) return 'the connection was lost';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // Several addresses that all refused come as one error without words.
  if (error.message === '') return code;
  return error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}

/** ioredis hangs the failed command on its error, AUTH with the password among its arguments. */
function withoutCommand(error: unknown): unknown {
  if (error instanceof Error && 'command' in error) delete error.command;
  return error;
}
