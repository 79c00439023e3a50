import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors, writeSafetensorsFile, type FloatTensor, type TensorSource } from '@eyegazer/formats';

describe('a safetensors file written tensor by tensor', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'eyegazer-safetensors-'))));
  after(() => rm(folder, { recursive: true }));

  const tensors = new Map<string, FloatTensor>(
    ([['b.weight', [3, 2]], ['a', [5]], ['b.bias', []], ['z', [2, 0]]] as const).map(([name, shape], t) => [
      name,
      { shape, data: Float32Array.from({ length: shape.reduce<number>((product, n) => product * n, 1) }, (_, i) => Math.sin(7 * t + i)) },
    ]),
  );

  it('has the bytes of one encoded in memory, and holds one tensor at a time', async () => {
    const path = join(folder, 'whole.safetensors');
    const asked: string[] = [];
    let held = 0;
    const sources = new Map([...tensors].map(([name, { shape, data }]): [string, TensorSource] => [
      name,
      {
        shape,
        read: async () => {
          asked.push(name);
          held += 1;
          assert.equal(held, 1, 'the next is read once the last is written');
          await new Promise(setImmediate);
          held -= 1;
          return data;
        },
      },
    ]));
    await writeSafetensorsFile(path, sources);
    assert.deepEqual(new Uint8Array(await readFile(path)), writeSafetensors(tensors));
    assert.deepEqual(asked, ['a', 'b.bias', 'b.weight', 'z']);
  });

  it('refuses a tensor that does not fill its shape, by its name', async () => {
    const source: TensorSource = { shape: [4], read: async () => new Float32Array(3) };
    await assert.rejects(writeSafetensorsFile(join(folder, 'short.safetensors'), new Map([['short', source]])), { code: 'INTERNAL', message: /"short": expected 4 values for shape \[4\], got 3/ });
  });
});
