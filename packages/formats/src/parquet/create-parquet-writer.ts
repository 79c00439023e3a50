import type { KeyValue, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer';

/** `image` is the struct {bytes, path} of the library datasets. Every value may be null. */
export interface WrittenColumn {
  readonly name: string;
  readonly kind: 'image' | 'integer' | 'string';
}

export type WrittenValue = { readonly bytes: Uint8Array; readonly path: string } | number | string | null;

/** A parquet file that comes in pieces, one after the other. */
export interface ParquetPieces {
  /** The bytes of a row group; memory holds one. */
  writeGroup(rows: readonly Readonly<Record<string, WrittenValue>>[]): Uint8Array;
  /** The file's end. */
  finish(): Uint8Array;
}

/**
 * Writes uncompressed parquet: images are compressed as they are. Every column may hold nulls, since that is what Arrow expects of
 * the columns that `keyValues.huggingface` describes.
 */
export function createParquetWriter(columns: readonly WrittenColumn[], keyValues: Readonly<Record<string, string>>): ParquetPieces {
  const writer = new ByteWriter();
  const kvMetadata: KeyValue[] = Object.entries(keyValues).map(([key, value]) => ({ key, value }));
  const parquet = new ParquetWriter({ writer, schema: schemaOf(columns), codec: 'UNCOMPRESSED', statistics: false, kvMetadata, createdBy: 'eyegazer' });
  const take = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  return {
    writeGroup(rows) {
      const columnData = columns.map(({ name, kind }): ColumnSource => {
        const data = rows.map((row) => row[name] ?? null);
        return { name, data: kind === 'integer' ? data.map((value) => (value === null ? null : BigInt(value as number))) : data, encoding: 'PLAIN', offsetIndex: false };
      });
      void parquet.write({ columnData, rowGroupSize: rows.length });
      return take();
    },
    finish() {
      void parquet.finish();
      return take();
    },
  };
}

function schemaOf(columns: readonly WrittenColumn[]): SchemaElement[] {
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, repetition_type: 'OPTIONAL' } as const;
  const elements = columns.flatMap(({ name, kind }): SchemaElement[] => {
    switch (kind) {
      case 'image':
        return [
          { name, repetition_type: 'OPTIONAL', num_children: 2 },
          { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          { name: 'path', ...text },
        ];
      case 'integer':
        return [{ name, type: 'INT64', repetition_type: 'OPTIONAL' }];
      case 'string':
        return [{ name, ...text }];
      default:
        return kind satisfies never;
    }
  });
  return [{ name: 'schema', num_children: columns.length }, ...elements];
}
