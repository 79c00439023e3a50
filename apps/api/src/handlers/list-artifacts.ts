import type { Handler } from '../http/route.js';

export const listArtifacts: Handler<'listArtifacts'> = async (api, call) => {
  const { artifacts } = await api.platform.experiments.get(call.params.id);
  return { body: { items: artifacts, nextCursor: null } };
};
