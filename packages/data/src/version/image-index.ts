import { imageIndexHeaderSchema, indexedImageSchema, parseWith, type ArtifactStore, type ImageIndexHeader, type IndexedImage } from '@eyegazer/core';
import { damaged, readJsonLines } from './read-json-lines.js';
import { toAsync } from './to-async.js';
import { writeJsonLines } from './write-json-lines.js';

/** All that an import read, in the order of ids. */
export interface ImageIndex {
  readonly header: ImageIndexHeader;
  readonly images: readonly IndexedImage[];
}

const what = "The dataset's index of images";

/** @returns the sha256 of what is stored */
export async function storeImageIndex({ header, images }: ImageIndex, store: Pick<ArtifactStore, 'put'>): Promise<string> {
  function* lines(): Generator {
    yield header;
    yield* images;
  }
  return (await store.put(toAsync(writeJsonLines(lines())))).sha256;
}

/** @throws AppError NOT_FOUND, CORRUPT_ARTIFACT */
export async function loadImageIndex({ imagesId, store }: { imagesId: string; store: Pick<ArtifactStore, 'read'> }): Promise<ImageIndex> {
  let header: ImageIndexHeader | undefined;
  const images: IndexedImage[] = [];
  for await (const line of readJsonLines(store, imagesId, what)) {
    if (header === undefined) {
      header = parseWith(imageIndexHeaderSchema, line, { code: 'CORRUPT_ARTIFACT', what });
      continue;
    }
    const image = parseWith(indexedImageSchema, line, { code: 'CORRUPT_ARTIFACT', what });
    const shard = header.shards[image.shard];
    if (!shard || image.byteOffset + image.byteLength > shard.byteLength) throw damaged(what, `image ${image.id} lies outside its shard`);
    if (image.label !== null && image.label >= header.labels.length) throw damaged(what, `image ${image.id} has a label that is not there`);
    images.push(image);
  }
  if (!header || header.sampleCount !== images.length) throw damaged(what, `expected ${header?.sampleCount ?? 'some'} images, got ${images.length}`);
  return { header, images };
}
