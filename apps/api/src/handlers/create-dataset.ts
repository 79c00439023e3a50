import { actorOf } from '../doors/visit.js';
import type { Handler } from '../http/route.js';

/** Starts an import; 202, because it goes on in a child process. */
export const createDataset: Handler<'createDataset'> = async (api, { body, visit }) => ({ status: 202, body: await api.imports.start(body, actorOf(visit)) });
