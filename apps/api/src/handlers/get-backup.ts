import { pipeline } from 'node:stream/promises';
import type { Handler } from '../http/route.js';

/**
 * A backup as one tar, made while it is sent. One that fails on the way is cut off: it has no end then, and is never taken
 * for a whole one. X-Missing-Artifacts counts what the store has lost, and the backup therefore lacks.
 */
export const getBackup: Handler<'getBackup'> = async (api, { request, response }) => {
  const { manifest, stream } = await api.platform.createBackup(api.store);
  response.attachment(`eyegazer-${manifest.createdAt.slice(0, 19).replaceAll(':', '')}.tar`);
  response.set({ 'Content-Type': 'application/x-tar', 'Cache-Control': 'no-store', 'X-Missing-Artifacts': String(manifest.missing.length) });
  if (request.method === 'HEAD') {
    stream.destroy();
    response.end();
    return undefined;
  }
  await pipeline(stream, response);
  return undefined;
};
