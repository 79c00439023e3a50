import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSafetensors, parseSafetensors, writeSafetensors } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

/** A file whose header is exactly `json`, unpadded, followed by `dataBytes` zero bytes. */
function fileOf(json: string, dataBytes: number): Uint8Array {
  const header = Buffer.from(json);
  const file = Buffer.alloc(8 + header.length + dataBytes);
  file.writeBigUInt64LE(BigInt(header.length), 0);
  header.copy(file, 8);
  return file;
}

function tensorOf(dtype: string, shape: unknown, offsets: unknown): string {
  return JSON.stringify({ a: { dtype, shape, data_offsets: offsets } });
}

describe('safetensors', () => {
  const golden = readFileSync(fixturePath('golden/base/model.safetensors'));
  let dir: string;
  before(() => (dir = mkdtempSync(join(tmpdir(), 'eyegazer-safetensors-'))));
  after(() => rmSync(dir, { recursive: true }));

  it('writes what it read, byte for byte as the Python library wrote it', () => {
    for (const name of ['base/model', 'adapter_step0/adapter_model', 'adapter_step3/adapter_model', 'adapter_step3_dual/adapter_model', 'merged_step3/model']) {
      const bytes = readFileSync(fixturePath(`golden/${name}.safetensors`));
      const { tensors, metadata, readTensor } = parseSafetensors(bytes);
      const copy = new Map([...tensors].map(([key, { shape }]) => [key, { shape, data: readTensor(key) }]));
      assert.ok(tensors.size > 0);
      assert.deepEqual(Buffer.from(writeSafetensors(copy, metadata)), bytes);
    }
  });

  it('gives each tensor its place in the file', async () => {
    const file = await openSafetensors(fixturePath('golden/base/model.safetensors'));
    assert.equal(file.tensors.size, 40);
    assert.deepEqual(file.metadata, { format: 'pt' });
    const entry = file.tensors.get('classifier.weight')!;
    assert.deepEqual(entry, { dtype: 'F32', shape: [3, 16], byteOffset: 8 + 4184 + 12, byteLength: 192 });
    const values = await file.readTensor('classifier.weight');
    assert.equal(values.length, 48);
    assert.equal(values[5], golden.readFloatLE(entry.byteOffset + 20));
    assert.deepEqual(values, parseSafetensors(golden).readTensor('classifier.weight'));
  });

  it('reads F16 and BF16 as the float32 they stand for', () => {
    const bytes = fileOf(
      '{"h":{"dtype":"F16","shape":[7],"data_offsets":[0,14]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[14,22]}} ',
      22,
    );
    const data = Buffer.from(bytes.buffer, bytes.byteOffset + bytes.byteLength - 22);
    [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000, 0x3555].forEach((bits, i) => data.writeUInt16LE(bits, 2 * i));
    [0x3f80, 0xc0a0, 0xff80, 0x0001].forEach((bits, i) => data.writeUInt16LE(bits, 14 + 2 * i));
    const { readTensor } = parseSafetensors(bytes);
    assert.deepEqual([...readTensor('h')], [1, -2, 2 ** -24, 65504, Infinity, -0, 0.333251953125]);
    assert.deepEqual([...readTensor('b')], [1, -5, -Infinity, 2 ** -133]);
  });

  it('reads tensors that are not aligned in memory', () => {
    const shifted = Buffer.alloc(golden.length + 1);
    golden.copy(shifted, 1);
    assert.deepEqual(parseSafetensors(shifted.subarray(1)).readTensor('vit.layernorm.bias'), parseSafetensors(golden).readTensor('vit.layernorm.bias'));
  });

  it('accepts empty tensors and a file without tensors', () => {
    assert.equal(parseSafetensors(fileOf(tensorOf('F32', [0, 4], [0, 0]), 0)).readTensor('a').length, 0);
    assert.equal(parseSafetensors(fileOf('{}', 0)).tensors.size, 0);
  });

  it('keeps a tensor named __proto__ apart from the prototype', () => {
    const { tensors } = parseSafetensors(fileOf('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1));
    assert.deepEqual([...tensors.keys()], ['__proto__']);
  });

  const refusals: [claim: string, bytes: Uint8Array, message: RegExp][] = [
    ['an empty file', new Uint8Array(0), /at least the 8 bytes.*got a file of 0 bytes/],
    ['a file cut inside its length', golden.subarray(0, 7), /got a file of 7 bytes/],
    ['a file cut inside its header', golden.subarray(0, 100), /header of at most 92 bytes, got a header length of 4184/],
    ['a file cut inside its data', golden.subarray(0, golden.length - 1), /"vit\.layernorm\.weight": expected data_offsets within the 30859 bytes/],
    ['a file with bytes to spare', Buffer.concat([golden, Buffer.alloc(1)]), /cover all 35053 bytes of the file, got 35052/],
    ['a header length of 2^64 - 1', Buffer.concat([Buffer.alloc(8, 0xff), golden.subarray(8)]), /got a header length of 18446744073709551615/],
    ['a header that is not JSON', fileOf('{"a":', 0), /UTF-8 JSON/],
    ['a header that is not UTF-8', Buffer.concat([Buffer.from([5, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"'), Buffer.from([0xff]), Buffer.from('":')]), /UTF-8 JSON/],
    ['a header that is a list', fileOf('[]', 0), /JSON object/],
    ['metadata that is not text', fileOf('{"__metadata__":{"epoch":3}}', 0), /__metadata__\.epoch to be text, got 3/],
    ['a tensor that is a number', fileOf('{"a":1}', 0), /tensor "a": expected an object/],
    ['an unknown dtype', fileOf(tensorOf('F31', [1], [0, 4]), 4), /tensor "a": expected a dtype of .*F32.*, got "F31"/],
    ['a negative size', fileOf(tensorOf('F32', [-1], [0, 4]), 4), /shape of whole numbers, got \[-1\]/],
    ['begin after end', fileOf(tensorOf('F32', [1], [4, 0]), 4), /begin <= end, got \[4,0\]/],
    ['a shape that does not fill its bytes', fileOf(tensorOf('F32', [3], [0, 8]), 8), /expected 12 bytes for F32 \[3\], got 8/],
    ['a shape whose product overflows', fileOf(tensorOf('F32', [2 ** 52, 2 ** 52, 0], [0, 4]), 4), /tensor "a": expected 0 bytes/],
    ['offsets beyond the data', fileOf(tensorOf('F32', [2], [0, 8]), 4), /within the 4 bytes of data, got an end of 8/],
    [
      'overlapping tensors',
      fileOf('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}', 6),
      /tensor "b": .*got an overlap/,
    ],
    [
      'a gap between tensors',
      fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}', 3),
      /tensor "b": .*got a gap/,
    ],
  ];
  for (const [claim, bytes, message] of refusals) {
    it(`refuses ${claim}, in memory and on disk`, async () => {
      assert.throws(() => parseSafetensors(bytes, 'x.safetensors'), { code: 'BAD_FILE', message });
      const path = join(dir, 'bad.safetensors');
      writeFileSync(path, bytes);
      await assert.rejects(openSafetensors(path), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'BAD_FILE');
        assert.match(error.message, message);
        assert.ok(error.message.includes(path));
        return true;
      });
    });
  }

  it('names a file that is missing, and a folder', async () => {
    await assert.rejects(openSafetensors(join(dir, 'none.safetensors')), { code: 'BAD_FILE', message: /none\.safetensors.*ENOENT/ });
    await assert.rejects(openSafetensors(dir), { code: 'BAD_FILE', message: /not a regular file/ });
  });

  it('names a tensor that is missing or holds no floats', () => {
    const ints = parseSafetensors(fileOf(tensorOf('I64', [1], [0, 8]), 8), 'x.safetensors');
    assert.throws(() => ints.readTensor('b'), { code: 'BAD_FILE', message: /x\.safetensors: expected a tensor "b"/ });
    assert.throws(() => ints.readTensor('a'), { code: 'BAD_FILE', message: /"a": expected dtype F32, F16, BF16, got I64/ });
  });

  it('refuses to read a tensor from a file that has shrunk since', async () => {
    const path = join(dir, 'shrinks.safetensors');
    writeFileSync(path, golden);
    const file = await openSafetensors(path);
    writeFileSync(path, golden.subarray(0, golden.length - 4));
    await assert.rejects(file.readTensor('vit.layernorm.weight'), { code: 'BAD_FILE', message: /has shrunk/ });
  });

  it('refuses to write data that does not fill its shape', () => {
    assert.throws(() => writeSafetensors(new Map([['a', { shape: [2, 2], data: new Float32Array(3) }]])), { code: 'INTERNAL', message: /"a": expected 4 values/ });
  });
});
