import type { Logger } from '@eyegazer/core';
import pino from 'pino';
import { createSecretHider } from './hide-secrets.js';
import type { LogLevel } from './settings/log-level.js';


/** Fields that never reach a log, at the top and one level down. */
const secretFields = ['password', 'token', 'secret', 'authorization', 'cookie', 'databaseUrl'];

export interface LoggerOptions {
  name: string;
  level: LogLevel;
  secrets?: readonly string[];
  context?: () => Record<string, unknown>;
  destination?: { write(line: string): void };
}

/**
 * JSON lines through pino. Secrets are blanked out: fields by their name, what looks like one anywhere in a line, and
 * `secrets` literally (findSecrets has those of an environment). `destination` is stdout unless told. `context` is asked
 * at every line for what it carries besides.
 * A line is written when the call returns, so that the last words of a process are not lost.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { name, level, destination, secrets = [], context } = options;
  const settings: pino.LoggerOptions = {
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretFields.flatMap((key) => [key, `*.${key}`]), censor: '[hidden]' },
    hooks: { streamWrite: createSecretHider(secrets) },
    // A copy: pino adds the line's own fields to what it is given.
    ...(context ? { mixin: () => ({ ...context() }) } : {}),
  };
  // Pino's own default writes in the background, and what is under way at the end comes after what follows it.
  return wrap(pino(settings, destination ?? pino.destination({ dest: 1, sync: true })));
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
