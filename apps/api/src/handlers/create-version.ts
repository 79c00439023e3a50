import type { Handler } from '../http/route.js';

export const createVersion: Handler<'createVersion'> = async (api, { params, body }) => {
  const { version, isNew } = await api.versions.create(params.id, body);
  return { status: isNew ? 201 : 200, body: version };
};
