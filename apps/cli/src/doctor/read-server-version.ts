import { z } from 'zod';
import type { Connection } from '../context.js';

const documentSchema = z.object({ info: z.object({ version: z.string() }) });

/** The server's version, which its OpenAPI document carries; null where it cannot be had. */
export async function readServerVersion({ server, fetch }: Connection): Promise<string | null> {
  const response = await fetch(`${server.url}/api/openapi.json`, {
    headers: server.token === null ? {} : { authorization: `Bearer ${server.token}` },
    signal: AbortSignal.timeout(10_000),
  });
  const document = documentSchema.safeParse(await response.json().catch(() => null));
  return document.success ? document.data.info.version : null;
}
