import type { Handler } from '../http/route.js';
import { actorOf } from '../doors/visit.js';

/** HEAD is tus's: it ends a request that still writes, so that what comes next finds the upload at rest. */
export const getUpload: Handler<'getUpload'> = async ({ uploads }, { params, request, response, visit }) => {
  if (request.method === 'HEAD') response.set(await uploads.handle(request, actorOf(visit)));
  return { body: await uploads.get(params.id, actorOf(visit)) };
};
