import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEvalSession, createTrainSession, type EngineKind, type SessionOptions } from '@eyegazer/engine';
import { loadBaseModel, parseSafetensors, vitModelTypes, type BaseModel, type ViTModelType } from '@eyegazer/formats';
import type { Adaptation } from '@eyegazer/model';
import { engine as tfjsEngine } from '@tensorflow/tfjs-core';
import { assertClose } from '../../close.js';
import { fixturePath } from '../../fixture-path.js';

/** Image sizes of the references that make.py wrote, the model's own first. */
const sizes: Readonly<Record<ViTModelType, readonly number[]>> = { vit: [12, 8, 20], deit: [12, 16], dinov2: [20, 12, 28], dinov2_with_registers: [20, 12, 28] };
const lora: Adaptation = {
  method: 'lora', r: 2, loraAlpha: 3, loraDropout: 0, useRslora: false, layersToTransform: null,
  targetModules: ['query', 'key', 'value', 'attention.output.dense', 'intermediate.dense', 'output.dense'],
};
const head = { kind: 'multiclass', numOutputs: 3, loss: 'crossEntropy' } as const;
const gradientTolerance = { rtol: 2e-4, atol: 2e-6 };

function readTensors(modelType: ViTModelType, file: string): Map<string, Float32Array> {
  const { tensors, readTensor } = parseSafetensors(readFileSync(fixturePath(join('families', modelType, file))), file);
  return new Map([...tensors.keys()].map((name) => [name, readTensor(name).slice()]));
}

for (const engine of ['traced', 'eager'] as const satisfies readonly EngineKind[]) {
  describe(`families of ViT against PyTorch, ${engine} engine`, () => {
    const step = async (options: Pick<SessionOptions, 'model' | 'adaptation'>, reference: ReadonlyMap<string, Float32Array>, trainable: ReadonlyMap<string, Float32Array>) => {
      const before = tfjsEngine().state.numTensors;
      const session = await createTrainSession({ ...options, head, microBatch: 3, engine });
      const output = await session.step({
        pixels: reference.get('pixels')!, targets: reference.get('labels')!, sampleWeights: [1 / 3, 1 / 3, 1 / 3], dropout: null, trainable,
      });
      const copy = { ...output, grads: new Map([...output.grads].map(([name, grad]) => [name, grad.slice()])) };
      await session.dispose();
      assert.equal(tfjsEngine().state.numTensors, before);
      return copy;
    };
    const compareGradients = (grads: ReadonlyMap<string, Float32Array>, reference: ReadonlyMap<string, Float32Array>, prefix: string): void => {
      const expected = [...reference.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
      assert.deepEqual([...grads.keys()].sort(), expected.sort());
      for (const [name, grad] of grads) assertClose(grad, [...reference.get(prefix + name)!], gradientTolerance, `gradient of ${name}`);
    };

    for (const modelType of vitModelTypes) {
      for (const size of sizes[modelType]) {
        it(`${modelType} at ${size} pixels: loss, logits and the gradient of every LoRA factor and of the head`, async () => {
          const model = await loadBaseModel(fixturePath(`families/${modelType}`), { imageSize: size });
          const reference = readTensors(modelType, `reference-${size}.safetensors`);
          const trainable = readTensors(modelType, 'trainable.safetensors');
          const { loss, logits, grads } = await step({ model, adaptation: lora }, reference, trainable);
          assertClose([loss], [...reference.get('loss')!], { rtol: 0, atol: 1e-5 }, 'loss');
          assertClose(logits, [...reference.get('logits')!], { rtol: 0, atol: 1e-5 }, 'logits');
          compareGradients(grads, reference, 'lora:');
          const session = await createEvalSession({ model, head, adaptation: lora, microBatch: 2, engine });
          const evaluated = await session.logits({ pixels: reference.get('pixels')!, n: 3, trainable });
          await session.dispose();
          assertClose(evaluated, [...reference.get('logits')!], { rtol: 0, atol: 1e-5 }, 'logits of the evaluation');
        });
      }

      it(`${modelType}, trained whole: loss and the gradient of every tensor`, async () => {
        const size = sizes[modelType][0]!;
        const model: BaseModel = await loadBaseModel(fixturePath(`families/${modelType}`), { imageSize: size });
        const reference = readTensors(modelType, `reference-${size}.safetensors`);
        const trainable = new Map([...readTensors(modelType, 'trainable.safetensors')].filter(([name]) => name.includes('classifier')));
        for (const name of model.tensors.keys()) trainable.set(name, await model.readTensor(name));
        const { loss, logits, grads } = await step({ model, adaptation: { method: 'full' } }, reference, trainable);
        assertClose([loss], [...reference.get('full loss')!], { rtol: 0, atol: 1e-5 }, 'loss');
        assertClose(logits, [...reference.get('full logits')!], { rtol: 0, atol: 1e-5 }, 'logits');
        compareGradients(grads, reference, 'full:');
      });
    }
  });
}
