import { openBucketSource, openPathSource, openZipSource, type DataSource } from '@eyegazer/data';
import { openBucketReader, s3AccessSchema } from '@eyegazer/platform';
import { z } from 'zod';

/** Where an import reads from, for the process or thread that does. May hold a secret: never to be logged. */
export const importSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), path: z.string(), roots: z.array(z.string()).nullable() }),
  z.strictObject({ kind: z.literal('upload'), path: z.string(), fileName: z.string() }),
  z.strictObject({ kind: z.literal('s3'), uri: z.string(), access: s3AccessSchema }),
]);
export type ImportSource = z.infer<typeof importSourceSchema>;

/** @throws AppError what the sources throw */
export async function openImportSource(source: ImportSource, { workFolder, signal }: { workFolder: string; signal: AbortSignal }): Promise<DataSource> {
  switch (source.kind) {
    case 'path':
      return openPathSource({ path: source.path, roots: source.roots, workFolder });
    case 'upload':
      return openZipSource({ file: source.path, name: source.fileName, workFolder });
    case 's3':
      return openBucketSource(await openBucketReader(source.uri, { access: source.access, signal }));
    default:
      return source satisfies never;
  }
}
