import type { Handler } from '../http/route.js';

export const cancelImport: Handler<'cancelImport'> = async (api, call) => ({ body: await api.imports.cancel(call.params.id) });
