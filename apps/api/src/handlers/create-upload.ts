import type { Handler } from '../http/route.js';
import { actorOf } from '../doors/visit.js';

export const createUpload: Handler<'createUpload'> = async ({ uploads }, { request, response, visit }) => {
  const headers = await uploads.handle(request, actorOf(visit));
  const id = headers['location']?.split('/').at(-1);
  if (id !== undefined) visit.made['id'] = id;
  response.set(headers);
  return { status: 201 };
};
