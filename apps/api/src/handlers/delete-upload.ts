import type { Handler } from '../http/route.js';
import { actorOf } from '../doors/visit.js';

export const deleteUpload: Handler<'deleteUpload'> = async ({ uploads }, { request, visit }) => {
  await uploads.handle(request, actorOf(visit));
  return { status: 204 };
};
