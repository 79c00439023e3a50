import type { z } from 'zod';
import { AppError } from '@eyegazer/core';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses environment variables; an empty one counts as unset.
 * @throws AppError BAD_REQUEST that names the variable; its value is never shown, for it may hold a secret
 */
export function parseEnvironment<S extends z.ZodType>(schema: S, environment: Environment): z.infer<S> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = issue?.path.join('.') ?? 'environment';
  const came = given[name] === undefined ? ' It is not set.' : '';
  throw new AppError('BAD_REQUEST', `Environment variable ${name}: ${issue?.message ?? 'not valid'}.${came}`, { path: name });
}
