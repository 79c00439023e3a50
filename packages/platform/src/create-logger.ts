import type { Logger } from '@eyegazer/core';
import pino from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Fields that never reach a log, at the top and one level down. */
const secrets = ['password', 'token', 'secret', 'authorization', 'cookie', 'databaseUrl'];

/**
 * JSON lines through pino; secrets are blanked out, as are passwords inside URLs. `destination` is stdout unless told.
 * A line is written when the call returns, so that the last words of a process are not lost.
 */
export function createLogger(options: { name: string; level: LogLevel; destination?: { write(line: string): void } }): Logger {
  const { name, level, destination } = options;
  const settings: pino.LoggerOptions = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secrets.flatMap((key) => [key, `*.${key}`]), censor: '[hidden]' },
    hooks: { streamWrite: hideUrlPasswords },
  };
  return wrap(destination ? pino(settings, destination) : pino(settings));
}

function wrap(logger: pino.Logger): Logger {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    fatal: (fields, message) => logger.fatal(fields, message),
    child: (fields) => wrap(logger.child(fields)),
  };
}

/** `postgresql://user:password@host` -> `postgresql://user:[hidden]@host`, wherever a driver put it into a message. */
function hideUrlPasswords(line: string): string {
  return line.replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s/@"]+@/gi, '$1:[hidden]@');
}
