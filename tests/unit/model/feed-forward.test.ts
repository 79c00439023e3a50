import assert from 'node:assert/strict';
import { countBlocks, feedForward, type LayerContext, type ViTParameters } from '@eyegazer/model';
import { engine, setBackend, tensor, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { assertClose } from '../../close.js';
import { tinySession } from '../engine/tiny-model.js';
import { normals } from './op-cases.js';

async function createContext(overrides: { intermediateSize?: number; isAdapted?: boolean } = {}): Promise<LayerContext> {
  const { model } = await tinySession();
  const parameters = {
    weight: (name: string, shape: readonly number[]): Tensor => tensor(normals(name, [...shape], 0.3).data, [...shape]),
    lora: () => null,
    isAdapted: () => overrides.isAdapted ?? false,
    cutsProducts: true,
  } as unknown as ViTParameters;
  return { parameters, config: { ...model.config, intermediateSize: overrides.intermediateSize ?? model.config.intermediateSize }, batch: 2, layer: 0 };
}

describe('the MLP of a layer', () => {
  before(() => setBackend('cpu'));

  it('gives the same outputs and gradients in blocks as whole', async () => {
    const context = await createContext();
    const run = (blocks: number): { y: Float32Array; dx: Float32Array } => {
      engine().startScope();
      const x = tensor(normals('mlp x', [4, 16]).data, [4, 16]) as Tensor2D;
      const dy = tensor(normals('mlp dy', [4, 16]).data, [4, 16]);
      const { value, grads } = engine().gradients(() => feedForward(x, context, blocks), [x], dy);
      const result = { y: Float32Array.from(value.dataSync()), dx: Float32Array.from(grads[0]!.dataSync()) };
      engine().endScope();
      return result;
    };
    const whole = run(1);
    for (const blocks of [2, 4]) {
      assertClose(run(blocks).y, whole.y, { rtol: 1e-5, atol: 1e-6 }, `y in ${blocks} blocks`);
      assertClose(run(blocks).dx, whole.dx, { rtol: 1e-5, atol: 1e-6 }, `dx in ${blocks} blocks`);
    }
  });

  it('is halved only where that escapes the period of the cache, and never when adapted', async () => {
    assert.equal(countBlocks(await createContext({ intermediateSize: 3072 })), 2); // ViT-B
    assert.equal(countBlocks(await createContext({ intermediateSize: 3072, isAdapted: true })), 1);
    assert.equal(countBlocks(await createContext({ intermediateSize: 768 })), 1); // DeiT-tiny
    assert.equal(countBlocks(await createContext({ intermediateSize: 4096 })), 1); // ViT-L
  });
});
