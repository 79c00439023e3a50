import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** Large enough for few parts, small enough to hold one in memory. */
const partBytes = 4 * 1024 * 1024;

/** The text of times and numbers does not depend on how the server is set up, and gives back the same numbers. */
export const portableText = `SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'`;

/** A table as PostgreSQL's COPY text, in parts that end anywhere; no part of an empty one. */
export async function* copyOut(client: ClientBase, { name, columns, where }: { name: string; columns: readonly string[]; where?: string | undefined }): AsyncGenerator<Buffer> {
  const list = columns.map((column) => `"${column}"`).join(', ');
  const stream = client.query(copyTo(`COPY (SELECT ${list} FROM "${name}"${where === undefined ? '' : ` WHERE ${where}`}) TO STDOUT`));
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.byteLength;
    if (bytes < partBytes) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pieces);
}
