import { createParquetWriter } from '@eyegazer/formats';
import type { DatasetVersion } from '../version/load-dataset-version.js';
import { readExported, type ExportedSplit } from './export-splits.js';
import { noteFeatures } from './note-features.js';
import type { ZipEntry } from './stream-zip.js';

const groupRows = 10_000;

/**
 * `train/<id>.png` and so on, and `train/metadata.parquet`: of the kinds of metadata that `datasets` reads, the one that can say that
 * a number is a ClassLabel (since 3.4).
 */
export async function* imageFiles(version: DatasetVersion, { name, samples }: ExportedSplit, signal: AbortSignal | undefined): AsyncGenerator<ZipEntry, void, undefined> {
  const rows: { file_name: string; label: number }[] = [];
  for await (const { fileName, bytes, label } of readExported(version, samples, signal)) {
    rows.push({ file_name: fileName, label });
    yield { name: `${name}/${fileName}`, content: bytes };
  }
  const notes = noteFeatures({ file_name: { dtype: 'string', _type: 'Value' } }, version.header.classNames);
  const writer = createParquetWriter([{ name: 'file_name', kind: 'string' }, { name: 'label', kind: 'integer' }], notes);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < rows.length; at += groupRows) pieces.push(writer.writeGroup(rows.slice(at, at + groupRows)));
  yield { name: `${name}/metadata.parquet`, content: Buffer.concat([...pieces, writer.finish()]) };
}
