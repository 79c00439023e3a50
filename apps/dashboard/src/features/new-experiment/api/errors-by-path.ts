import { AppError } from '@eyegazer/core';

/** The messages of a refusal, each under the path of its field. */
export function errorsByPath(error: unknown): Record<string, string> {
  if (!(error instanceof AppError)) return { '': error instanceof Error ? error.message : String(error) };
  const issues = error.details?.['issues'];
  const found: Record<string, string> = {};
  if (Array.isArray(issues)) {
    for (const issue of issues as unknown[]) if (isIssue(issue)) found[issue.path] ??= issue.message;
  }
  if (Object.keys(found).length > 0) return found;
  const path = error.path ?? '';
  return { [path]: error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message };
}

function isIssue(value: unknown): value is { path: string; message: string } {
  return typeof value === 'object' && value !== null && 'path' in value && 'message' in value && typeof value.path === 'string' && typeof value.message === 'string';
}
