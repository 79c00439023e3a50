import type { CreateDataset } from '@eyegazer/core';
import type { Handler } from '../http/route.js';

/** Starts an import; 202, because it goes on in a child process. */
export const createDataset: Handler<unknown, CreateDataset> = async (api, { body }) => ({ status: 202, body: await api.imports.startFolder(body) });
