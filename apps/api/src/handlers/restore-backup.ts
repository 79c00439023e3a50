import type { Handler } from '../http/route.js';

/** Takes a backup as it comes in. */
export const restoreBackup: Handler<'restoreBackup'> = async (api, { request }) => {
  try {
    // Left open where reading ends early: a connection that is cut would take the answer with it.
    const body = await api.platform.restoreBackup(request.iterator({ destroyOnReturn: false }), api.store);
    // Tokens have come with it.
    api.access.forget();
    return { body };
  } finally {
    request.resume();
  }
};
