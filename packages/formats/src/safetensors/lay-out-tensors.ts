/** Where everything goes in a safetensors file of float32 tensors: in order of name, without gaps. */
export interface TensorLayout {
  /** The file up to the first tensor: length of the header, the header, padded with spaces to a multiple of 8. */
  readonly head: Uint8Array;
  /** In the order of the file. */
  readonly names: readonly string[];
  /** Of the whole file. */
  readonly byteLength: number;
}

/** Lays out tensors of these shapes as the Python library does, byte for byte. */
export function layOutTensors(shapes: ReadonlyMap<string, readonly number[]>, metadata: Readonly<Record<string, string>>): TensorLayout {
  const names = [...shapes.keys()].sort((a, b) => (a < b ? -1 : 1));
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  let dataBytes = 0;
  for (const name of names) {
    const shape = shapes.get(name) ?? [];
    const byteLength = shape.reduce((product, n) => product * n, Float32Array.BYTES_PER_ELEMENT);
    entries.push([name, { dtype: 'F32', shape, data_offsets: [dataBytes, dataBytes + byteLength] }]);
    dataBytes += byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(json.byteLength / 8) * 8;
  const head = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true);
  head.set(json, 8);
  return { head, names, byteLength: head.byteLength + dataBytes };
}
