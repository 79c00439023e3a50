import { AppError } from '@eyegazer/core';
import { z } from 'zod';
import type { ConfigDocument } from './config-document.js';

const issuesSchema = z.array(z.object({ path: z.string(), message: z.string() })).min(1);

/** Why a config was refused, with the line of the file that each problem stands in; any other error as it is. */
export function describeRefusal(error: unknown, document: ConfigDocument): unknown {
  if (!(error instanceof AppError) || error.path === undefined) return error;
  const issues = issuesSchema.safeParse(error.details?.['issues']);
  const problems = issues.success ? issues.data : [{ path: error.path, message: error.message }];
  const lines = problems.map(({ path, message }) => `${document.locate(path)}: ${path === '' || message.startsWith(`${path}:`) ? message : `${path}: ${message}`}`);
  return new AppError(error.code, lines.join('\n'), { path: error.path, ...(error.details ? { details: error.details } : {}), cause: error });
}
