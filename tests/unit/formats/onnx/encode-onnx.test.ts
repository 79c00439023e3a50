import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeOnnx, type OnnxModel } from '@eyegazer/formats';
import * as ort from 'onnxruntime-node';

const float32 = 'float32' as const;
const model: OnnxModel = {
  name: 'test',
  opset: 17,
  inputs: [{ name: 'x', dataType: float32, shape: [2, 3] }],
  outputs: [{ name: 'y', dataType: float32, shape: [2, 2] }],
  initializers: [{ name: 'w', dataType: float32, shape: [2, 3], data: { bytes: new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer) } }],
  nodes: [{ opType: 'Gemm', domain: '', name: 'g', inputs: ['x', 'w'], outputs: ['y'], attributes: { transB: { int: 1 }, alpha: { float: 0.5 } } }],
};
const x = new ort.Tensor('float32', Float32Array.of(1, 0, 0, 0, 1, 1), [2, 3]);

async function run(encoded: Uint8Array, options: ort.InferenceSession.SessionOptions = {}): Promise<number[]> {
  const session = await ort.InferenceSession.create(encoded, options);
  const outputs = await session.run({ x });
  await session.release();
  return Array.from(outputs['y']!.data as Float32Array);
}

describe('encodeOnnx', () => {
  it('writes a model that ONNX Runtime runs: attributes, embedded weights, shapes', async () => {
    assert.deepEqual(await run(encodeOnnx(model)), [0.5, 2, 2.5, 5.5]);
  });

  it('points at weights inside another file, at any offset', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eyegazer-onnx-'));
    const bytes = new Uint8Array(4 + 24);
    bytes.set(new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer), 4);
    writeFileSync(join(folder, 'weights.bin'), bytes);
    const external: OnnxModel = { ...model, initializers: [{ ...model.initializers[0]!, data: { location: 'weights.bin', byteOffset: 4, byteLength: 24 } }] };
    const encoded = encodeOnnx(external);
    assert.ok(encoded.length < 300);
    assert.deepEqual(await run(encoded, { extra: { session: { model_external_initializers_file_folder_path: folder } } }), [0.5, 2, 2.5, 5.5]);
    rmSync(folder, { recursive: true });
  });

  it('writes lists, a negative axis, absent inputs and the operators of ONNX Runtime', async () => {
    const complete = encodeOnnx({
      ...model,
      outputs: [{ name: 'y', dataType: float32, shape: [3, 3] }],
      initializers: [{ name: 'high', dataType: float32, shape: [], data: { bytes: new Uint8Array(Float32Array.of(0.75).buffer) } }],
      nodes: [
        { opType: 'FusedMatMul', domain: 'com.microsoft', name: 'm', inputs: ['x', 'x'], outputs: ['p'], attributes: { transA: { int: 1 } } },
        { opType: 'Clip', domain: '', name: 'c', inputs: ['p', '', 'high'], outputs: ['q'], attributes: {} },
        { opType: 'Transpose', domain: '', name: 't', inputs: ['q'], outputs: ['u'], attributes: { perm: { ints: [1, 0] } } },
        { opType: 'LogSoftmax', domain: '', name: 's', inputs: ['u'], outputs: ['y'], attributes: { axis: { int: -1 } } },
      ],
    });
    const log3 = (row: number[]): number[] => row.map((value) => Math.fround(value - Math.log(row.reduce((sum, each) => sum + Math.exp(each), 0))));
    const rows = [[0.75, 0, 0], [0, 0.75, 0.75], [0, 0.75, 0.75]].flatMap(log3);
    (await run(complete)).forEach((value, i) => assert.ok(Math.abs(value - rows[i]!) < 1e-6));
  });

  it('says an int64 of -1 in ten bytes, as protocol buffers do', () => {
    const encoded = encodeOnnx({ ...model, nodes: [{ ...model.nodes[0]!, attributes: { axis: { int: -1 } } }] });
    const minusOne = [0x18, ...new Array<number>(9).fill(0xff), 0x01];
    assert.ok(Buffer.from(encoded).includes(Buffer.from(minusOne)));
  });

  it('writes messages longer than its buffer whole', async () => {
    const nodes: OnnxModel['nodes'][number][] = Array.from({ length: 500 }, (_, i) => ({
      opType: 'Identity', domain: '', name: `identity_${i}`, inputs: [i === 0 ? 'g' : `v${i - 1}`], outputs: [i === 499 ? 'y' : `v${i}`], attributes: {},
    }));
    const chain = encodeOnnx({ ...model, nodes: [{ ...model.nodes[0]!, outputs: ['g'] }, ...nodes] });
    assert.deepEqual(await run(chain), [0.5, 2, 2.5, 5.5]);
  });
});
