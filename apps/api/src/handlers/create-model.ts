import type { Handler } from '../http/route.js';
import { presentModel } from '../services/present-model.js';

export const createModel: Handler<'createModel'> = async (api, { body }) => ({
  status: 201,
  body: presentModel(await api.models.importFolder({ folder: body.source.uri, name: body.name })),
});
