import type { Handler } from '../http/route.js';

export const previewVersion: Handler<'previewVersion'> = async (api, { params, body }) => ({ body: await api.versions.preview(params.id, body) });
