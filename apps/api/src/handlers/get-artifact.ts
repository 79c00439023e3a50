import { AppError } from '@eyegazer/core';
import type { Handler } from '../http/route.js';
import { sendArtifact } from '../http/send-artifact.js';
import { requireStored } from '../services/require-stored.js';

/** One artifact's bytes, by its name in the list: a name is looked up, never followed as a path. */
export const getArtifact: Handler<'getArtifact'> = async (api, call) => {
  const { id, name } = call.params;
  const { artifacts } = await api.platform.experiments.get(id);
  const artifact = artifacts.find((candidate) => candidate.name === name);
  if (!artifact) {
    const names = artifacts.map((candidate) => candidate.name);
    throw new AppError('NOT_FOUND', `The experiment has no artifact ${JSON.stringify(name)}.`, { details: { names } });
  }
  await requireStored(api.store, [artifact]);
  await sendArtifact(api.store, artifact, call);
  return undefined;
};
