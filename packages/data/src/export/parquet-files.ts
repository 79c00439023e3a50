import { createParquetWriter } from '@eyegazer/formats';
import type { DatasetVersion } from '../version/load-dataset-version.js';
import { readExported, type ExportedImage, type ExportedSplit } from './export-splits.js';
import { noteFeatures } from './note-features.js';
import type { ZipEntry } from './stream-zip.js';

/** Bytes of images in a file, and in a row group of it, which readers hold in memory. */
const fileBytes = 400 * 1024 * 1024;
const groupBytes = 32 * 1024 * 1024;
const groupRows = 1000;

/** `data/train-00000-of-00002.parquet` and so on. */
export function* parquetFiles(version: DatasetVersion, { name, samples }: ExportedSplit, signal: AbortSignal | undefined): Generator<ZipEntry> {
  const parts = divide(samples, ({ byteLength }) => byteLength);
  const number = (value: number): string => String(value).padStart(5, '0');
  for (const [i, part] of parts.entries()) {
    const images = readExported(version, part, signal);
    yield { name: `data/${name}-${number(i)}-of-${number(parts.length)}.parquet`, content: writeImages(images, version.header.classNames) };
  }
}

function divide<T>(items: readonly T[], bytesOf: (item: T) => number): T[][] {
  const parts: T[][] = [];
  let byteLength = Number.POSITIVE_INFINITY;
  for (const item of items) {
    if (byteLength + bytesOf(item) > fileBytes) {
      parts.push([]);
      byteLength = 0;
    }
    parts.at(-1)?.push(item);
    byteLength += bytesOf(item);
  }
  return parts;
}

async function* writeImages(images: AsyncIterable<ExportedImage>, classNames: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  const writer = createParquetWriter([{ name: 'image', kind: 'image' }, { name: 'label', kind: 'integer' }], noteFeatures({ image: { _type: 'Image' } }, classNames));
  let rows: { image: { bytes: Uint8Array; path: string }; label: number }[] = [];
  let byteLength = 0;
  for await (const { fileName, bytes, label } of images) {
    if (rows.length > 0 && (byteLength + bytes.byteLength > groupBytes || rows.length === groupRows)) {
      yield writer.writeGroup(rows);
      rows = [];
      byteLength = 0;
    }
    rows.push({ image: { bytes, path: fileName }, label });
    byteLength += bytes.byteLength;
  }
  if (rows.length > 0) yield writer.writeGroup(rows);
  yield writer.finish();
}
