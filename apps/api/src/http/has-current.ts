import type { Request } from 'express';

/** True when the client says by If-None-Match that it has what this ETag names. */
export function hasCurrent(request: Request, etag: string): boolean {
  const given = request.headers['if-none-match'];
  return given !== undefined && given.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
