import type { Handler } from '../http/route.js';

/** 202 for what is fetched from elsewhere, which goes on in a child process. */
export const createModel: Handler<'createModel'> = async (api, { body }) => {
  const model = await api.models.add(body);
  return { status: model.state === 'ready' ? 201 : 202, body: model };
};
