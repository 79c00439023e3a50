import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { AppError } from '@eyegazer/core';

/** A backup's bytes as they are read, with its length. @throws AppError BAD_REQUEST when it is no file */
export async function openBackupFile(file: string, onBytes: (bytes: number) => void): Promise<{ body: ReadableStream<Uint8Array>; byteLength: number }> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new AppError('BAD_REQUEST', `${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? error.message)}.`, { cause: error });
  });
  if (!found.isFile()) throw new AppError('BAD_REQUEST', `${file} is no file. Expected a backup that \`eyegazer backup\` saved.`);
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      onBytes(size);
      done(null, chunk);
    },
  });
  const source = createReadStream(file);
  source.on('error', (error) => count.destroy(error));
  return { body: Readable.toWeb(source.pipe(count)) as ReadableStream<Uint8Array>, byteLength: found.size };
}
