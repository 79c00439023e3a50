import { AppError } from '@eyegazer/core';
import type { Handler } from '../http/route.js';

export const exportVersion: Handler<'exportVersion'> = async (api, { params }) => {
  const { name } = await api.platform.datasets.get(params.id);
  throw new AppError('UNSUPPORTED', `The images of ${name} have no index. Import it again.`);
};
