import { renderThumbnail } from '@eyegazer/data';
import type { Handler } from '../http/route.js';
import { hasCurrent } from '../http/has-current.js';

/** An image scaled down for the eye. Its ETag is the image's own hash and the size, so that a browser asks but hardly ever loads twice. */
export const getSampleImage: Handler<'getSampleImage'> = async (api, { params, query, request, response }) => {
  const { sha256, read } = await api.openDatasets.findImage(params.id, params.sampleId, query.version);
  const etag = `"${sha256}-${query.size}"`;
  response.set({ ETag: etag, 'Cache-Control': 'private, no-cache' });
  if (hasCurrent(request, etag)) {
    response.status(304).end();
    return undefined;
  }
  const image = await renderThumbnail(await read(), query.size);
  response.type('image/webp').send(Buffer.from(image.buffer, image.byteOffset, image.byteLength));
  return undefined;
};
