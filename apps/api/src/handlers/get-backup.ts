import { pipeline } from 'node:stream/promises';
import type { Handler } from '../http/route.js';

/**
 * A backup as one tar, made while it is sent. One that fails on the way is cut off: it has no end then, and is never taken
 * for a whole one.
 */
export const getBackup: Handler<'getBackup'> = async (api, { response }) => {
  const { manifest, stream } = await api.platform.createBackup(api.store);
  response.attachment(`eyegazer-${manifest.createdAt.slice(0, 19).replaceAll(':', '')}.tar`);
  response.set({ 'Content-Type': 'application/x-tar', 'Cache-Control': 'no-store' });
  await pipeline(stream, response);
  return undefined;
};
