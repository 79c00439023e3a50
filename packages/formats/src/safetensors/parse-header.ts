/**
 * The safetensors header: u64 little-endian length N, N bytes of JSON, then the data, which the tensors
 * cover without gap or overlap. Every rule is checked before a byte of data is believed.
 * Source: https://github.com/huggingface/safetensors#format
 */
import { AppError, showValue } from '@eyegazer/core';
import { dtypeBytes, isDtype, type Dtype } from './dtypes.js';

/** Where one tensor lies. `byteOffset` counts from the start of the file, so that it can be read in place. */
export interface TensorEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly byteOffset: number;
  readonly byteLength: number;
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

const maxHeaderBytes = 100_000_000;

/**
 * Length of the JSON header, from the first 8 bytes of a file.
 * @throws AppError BAD_FILE when the file is too short to hold what it announces.
 */
export function parseHeaderLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  if (fileBytes < 8 || prefix.byteLength < 8) {
    throw badFile(file, `expected at least the 8 bytes of a header length, got a file of ${fileBytes} bytes`);
  }
  const announced = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  const available = Math.min(fileBytes - 8, maxHeaderBytes);
  if (announced > BigInt(available)) {
    throw badFile(file, `expected a header of at most ${available} bytes, got a header length of ${announced}`);
  }
  return Number(announced);
}

/**
 * Parses and checks the JSON header of a file of `fileBytes` bytes.
 * @throws AppError BAD_FILE naming the file, the tensor, what was expected and what came.
 */
export function parseHeader(header: Uint8Array, fileBytes: number, file: string): SafetensorsHeader {
  const dataStart = 8 + header.byteLength;
  const dataBytes = fileBytes - dataStart;
  const { __metadata__: rawMetadata, ...rawTensors } = parseJsonObject(header, file);
  const metadata = parseMetadata(rawMetadata, file);
  const tensors = new Map<string, TensorEntry>();
  for (const [name, raw] of Object.entries(rawTensors)) {
    const { dtype, shape, begin, end } = parseTensor(name, raw, file);
    if (end > dataBytes) {
      throw badFile(file, `tensor "${name}": expected data_offsets within the ${dataBytes} bytes of data, got an end of ${end}`);
    }
    tensors.set(name, { dtype, shape, byteOffset: dataStart + begin, byteLength: end - begin });
  }
  checkCoverage(tensors, { dataStart, fileBytes, file });
  return { tensors, metadata };
}

function parseJsonObject(header: Uint8Array, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header));
  } catch (cause) {
    throw badFile(file, `expected a header of ${header.byteLength} bytes of UTF-8 JSON, got something else`, cause);
  }
  if (!isObject(value)) throw badFile(file, 'expected the header to be a JSON object, got another JSON value');
  return value;
}

function parseMetadata(raw: unknown, file: string): Record<string, string> {
  if (raw === undefined) return {};
  if (!isObject(raw)) throw badFile(file, 'expected __metadata__ to be an object of texts, got another JSON value');
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value !== 'string') throw badFile(file, `expected __metadata__.${key} to be text, got ${showValue(value)}`);
  }
  return raw as Record<string, string>;
}

function parseTensor(name: string, raw: unknown, file: string): { dtype: Dtype; shape: number[]; begin: number; end: number } {
  const fail = (expected: string, got: unknown): never => {
    throw badFile(file, `tensor "${name}": expected ${expected}, got ${showValue(got)}`);
  };
  if (!isObject(raw)) return fail('an object {dtype, shape, data_offsets}', raw);
  const { dtype, shape, data_offsets: offsets } = raw;
  if (!isDtype(dtype)) return fail(`a dtype of ${Object.keys(dtypeBytes).join(', ')}`, dtype);
  if (!isSizes(shape)) return fail('a shape of whole numbers', shape);
  if (!isSizes(offsets) || offsets.length !== 2) return fail('data_offsets [begin, end]', offsets);
  const [begin, end] = offsets as [number, number];
  if (begin > end) return fail('data_offsets with begin <= end', offsets);
  const bytes = shape.reduce((product, size) => product * size, dtypeBytes[dtype]);
  if (bytes !== end - begin) return fail(`${bytes} bytes for ${dtype} [${shape.join(', ')}]`, end - begin);
  return { dtype, shape, begin, end };
}

/** The tensors in file order touch each other, begin at the start of the data and reach its end. */
function checkCoverage(
  tensors: ReadonlyMap<string, TensorEntry>,
  { dataStart, fileBytes, file }: { dataStart: number; fileBytes: number; file: string },
): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  let reached = dataStart;
  for (const [name, { byteOffset, byteLength }] of inOrder) {
    if (byteOffset !== reached) {
      const what = byteOffset < reached ? 'an overlap' : 'a gap';
      throw badFile(file, `tensor "${name}": expected its data to begin at byte ${reached} of the file, got ${what} at ${byteOffset}`);
    }
    reached += byteLength;
  }
  if (reached !== fileBytes) throw badFile(file, `expected the tensors to cover all ${fileBytes} bytes of the file, got ${reached}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function badFile(file: string, problem: string, cause?: unknown): AppError {
  return new AppError('BAD_FILE', `${file} is not a valid safetensors file: ${problem}. Download or export it again.`, { details: { file }, cause });
}
