/** Parquet files of one column, byte by byte, for what no library would write. */

/** A field of a struct in Thrift's compact protocol: id, type, bytes. */
type Field = readonly [id: number, type: number, bytes: Buffer];

const types = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

const zigzag = (value: number): Buffer => varint(value < 0 ? -2 * value - 1 : 2 * value);
export const i32 = (id: number, value: number): Field => [id, types.i32, zigzag(value)];
const i64 = (id: number, value: number): Field => [id, types.i64, zigzag(value)];
const binary = (text: string): Buffer => Buffer.concat([varint(Buffer.byteLength(text)), Buffer.from(text)]);
const list = (id: number, type: number, items: readonly Buffer[]): Field => [id, types.list, Buffer.concat([Buffer.from([(items.length << 4) | type]), ...items])];
const inner = (id: number, fields: readonly Field[]): Field => [id, types.struct, struct(fields)];

/** Every field with its whole id, whatever came before. */
function struct(fields: readonly Field[]): Buffer {
  return Buffer.concat([...fields.flatMap(([id, type, bytes]) => [Buffer.from([type]), zigzag(id), bytes]), Buffer.from([0])]);
}

export const parquetTypes = { boolean: 0, int64: 2, text: 6 } as const;
export const encodings = { plain: 0, dictionary: 8, runs: 3 } as const;
export const codecs = { none: 0, gzip: 2 } as const;

export interface HandMadeColumn {
  readonly type: keyof typeof parquetTypes;
  readonly rows: number;
  readonly isOptional?: boolean;
  readonly encoding?: keyof typeof encodings;
  readonly codec?: keyof typeof codecs;
  /** The data page as it lies in the file. */
  readonly page: Buffer;
  /** Its bytes when unpacked. */
  readonly pageBytes?: number;
  /** Further fields of the page's data header. */
  readonly more?: readonly Field[];
  /** Pages without values before it. */
  readonly emptyPages?: number;
}

/** @returns a file with one row group of a column `label` */
export function makeParquet({ type, rows, isOptional = false, encoding = 'plain', codec = 'none', page, pageBytes = page.length, more = [], emptyPages = 0 }: HandMadeColumn): Buffer {
  const head = (values: number, unpacked: number, packed: number): Buffer =>
    struct([i32(1, 0), i32(2, unpacked), i32(3, packed), inner(5, [i32(1, values), i32(2, encodings[encoding]), i32(3, encodings.runs), i32(4, encodings.runs), ...more])]);
  const chunk = Buffer.concat([...Array<Buffer>(emptyPages).fill(head(0, 0, 0)), head(rows, pageBytes, page.length), page]);
  const name: Field = [4, types.binary, binary('label')];
  const leaf = struct([i32(1, parquetTypes[type]), i32(3, isOptional ? 1 : 0), name, ...(type === 'text' ? [i32(6, 0)] : [])]);
  const root = struct([[4, types.binary, binary('schema')], i32(5, 1)]);
  const meta = inner(3, [i32(1, parquetTypes[type]), list(2, types.i32, [zigzag(encodings[encoding])]), list(3, types.binary, [binary('label')]), i32(4, codecs[codec]), i64(5, rows), i64(6, chunk.length), i64(7, chunk.length), i64(9, 4)]);
  const group = struct([list(1, types.struct, [struct([i64(2, 4), meta])]), i64(2, chunk.length), i64(3, rows)]);
  const footer = struct([i32(1, 1), list(2, types.struct, [root, leaf]), i64(3, rows), list(4, types.struct, [group])]);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(footer.length, 0);
  end.write('PAR1', 4);
  return Buffer.concat([Buffer.from('PAR1'), chunk, footer, end]);
}
