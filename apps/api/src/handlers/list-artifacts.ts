import type { Handler } from '../http/route.js';
import { param } from '../http/param.js';

export const listArtifacts: Handler = async (api, call) => {
  const { artifacts } = await api.platform.experiments.get(param(call, 'id'));
  return { body: { items: artifacts, nextCursor: null } };
};
