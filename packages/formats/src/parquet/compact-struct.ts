/**
 * Thrift's compact protocol, as far as parquet's footers and page headers use it. It is read here before a library does: a
 * list that claims a billion entries or a struct nested ten thousand deep must cost nothing.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

/** A struct's fields by id; integers are numbers, structs maps, the rest is skipped. */
export type CompactStruct = ReadonlyMap<number, CompactValue>;
type CompactValue = number | boolean | CompactStruct | null;

export interface ReadStruct {
  readonly fields: CompactStruct;
  /** Where the struct ends. */
  readonly end: number;
}

const deepest = 32;
/** Of 16 bits. */
const highestId = 0x7fff;

/** @throws RangeError when the bytes end early, a list is longer than what is left, or structs nest too deeply */
export function readCompactStruct(bytes: Uint8Array, start: number): ReadStruct {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;

  function readByte(): number {
    return view.getUint8(at++);
  }

  function readVarint(): number {
    let [result, factor] = [0, 1];
    for (let i = 0; i < 10; i++) {
      const byte = readByte();
      result += (byte & 0x7f) * factor;
      if ((byte & 0x80) === 0) return result;
      factor *= 128;
    }
    throw new RangeError('an integer of more than ten bytes');
  }

  function readInteger(): number {
    const zigzag = readVarint();
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }

  function skip(byteLength: number): null {
    if (byteLength > view.byteLength - at) throw new RangeError(`${byteLength} bytes where ${view.byteLength - at} are left`);
    at += byteLength;
    return null;
  }

  function readList(depth: number): null {
    const head = readByte();
    const type = head & 0x0f;
    const length = head >> 4 === 15 ? readVarint() : head >> 4;
    if (length > view.byteLength - at) throw new RangeError(`a list of ${length} entries in ${view.byteLength - at} bytes`);
    for (let i = 0; i < length; i++) {
      if (type === 1 || type === 2) skip(1);
      else readValue(type, depth);
    }
    return null;
  }

  function readValue(type: number, depth: number): CompactValue {
    switch (type) {
      case 1:
        return true;
      case 2:
        return false;
      case 3:
        return skip(1);
      case 4:
      case 5:
      case 6:
        return readInteger();
      case 7:
        return skip(8);
      case 8:
        return skip(readVarint());
      case 9:
        return readList(depth);
      case 12:
        return readFields(depth + 1);
      default:
        throw new RangeError(`a value of the unknown type ${type}`);
    }
  }

  function readFields(depth: number): CompactStruct {
    if (depth > deepest) throw new RangeError(`structs nested more than ${deepest} deep`);
    const fields = new Map<number, CompactValue>();
    let id = 0;
    for (;;) {
      const head = readByte();
      const type = head & 0x0f;
      if (type === 0) return fields;
      id = head >> 4 === 0 ? readInteger() : id + (head >> 4);
      // The decoder cuts numbers to 32 bits: a larger id would be another field to it than here.
      if (id < 1 || id > highestId) throw new RangeError(`a field with the id ${id}`);
      fields.set(id, readValue(type, depth));
    }
  }

  const fields = readFields(0);
  return { fields, end: at };
}
