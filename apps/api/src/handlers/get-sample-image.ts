import { AppError } from '@eyegazer/core';
import { renderThumbnail } from '@eyegazer/data';
import type { Handler } from '../http/route.js';
import { hasCurrent } from '../http/has-current.js';

/** A sample scaled down for the eye. Its ETag is the image's own hash and the size, so that a browser asks but hardly ever loads twice. */
export const getSampleImage: Handler<'getSampleImage'> = async (api, call) => {
  const { version, samples } = await api.openDatasets.newest(call.params.id);
  const sample = samples.get(call.params.sampleId);
  if (!sample) throw new AppError('NOT_FOUND', `The dataset has no image ${call.params.sampleId}.`);
  const { request, response } = call;
  const etag = `"${sample.sha256}-${call.query.size}"`;
  response.set({ ETag: etag, 'Cache-Control': 'private, no-cache' });
  if (hasCurrent(request, etag)) {
    response.status(304).end();
    return undefined;
  }
  const image = await renderThumbnail(await version.readImage(sample), call.query.size);
  response.type('image/webp').send(Buffer.from(image.buffer, image.byteOffset, image.byteLength));
  return undefined;
};
