import type { Logger } from '@eyegazer/core';
import pino from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Fields that never reach a log, at the top and one level down. */
const secrets = ['password', 'token', 'secret', 'authorization', 'cookie', 'databaseUrl'];

/** JSON lines through pino; secrets are blanked out, as are passwords inside URLs. `destination` is stdout unless told. */
export function createLogger(options: { name: string; level: LogLevel; destination?: { write(line: string): void } }): Logger {
  const { name, level, destination } = options;
  const settings: pino.LoggerOptions = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secrets.flatMap((key) => [key, `*.${key}`]), censor: '[hidden]' },
    hooks: { streamWrite: hideUrlPasswords },
  };
  const logger = destination ? pino(settings, destination) : pino(settings);
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

/** `postgresql://user:password@host` -> `postgresql://user:[hidden]@host`, wherever a driver put it into a message. */
function hideUrlPasswords(line: string): string {
  return line.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s/@"]+@/gi, '$1:[hidden]@');
}
