import { AppError } from '@eyegazer/core';
import type { Handler } from '../http/route.js';
import { presentModel } from '../services/present-model.js';

export const createModel: Handler<'createModel'> = async (api, { body }) => {
  if (body.source.kind !== 'path') throw new AppError('UNSUPPORTED', 'Expected a folder.');
  return { status: 201, body: presentModel(await api.models.importFolder({ folder: body.source.uri, name: body.name })) };
};
