import { z } from 'zod';

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

/** LOG_LEVEL, of every process. */
export const logLevelSchema = z.enum(logLevels, `expected ${logLevels.slice(0, -1).join(', ')} or ${logLevels.at(-1)}`).default('info');
