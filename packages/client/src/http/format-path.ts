import { AppError, pathParams } from '@eyegazer/core';

/**
 * The path of a request: `/api/experiments/:id` with `{ id: 'a b' }` is `/api/experiments/a%20b`.
 * @throws AppError BAD_REQUEST for a value that would make another path of it: nothing, `.` or `..`
 */
export function formatPath(path: string, params: Readonly<Record<string, string>> = {}): string {
  return pathParams(path).reduce((formatted, { name, isWildcard }) => {
    const value = params[name] ?? '';
    const segments = isWildcard ? value.split('/') : [value];
    if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
      throw new AppError('BAD_REQUEST', `${name}: expected a name or an id, got ${JSON.stringify(value)}.`, { path: name });
    }
    return formatted.replace(`${isWildcard ? '*' : ':'}${name}`, () => segments.map(encodeURIComponent).join('/'));
  }, path);
}
