import type { Handler } from '../http/route.js';
import { actorOf } from '../doors/visit.js';

export const writeUpload: Handler<'writeUpload'> = async ({ uploads }, { request, response, visit }) => {
  response.set(await uploads.handle(request, actorOf(visit)));
  return { status: 204 };
};
