import { readFileSync } from 'node:fs';
import { createAdamW, createEvalSession, createTrainSession, clipGradNorm } from '@eyegazer/engine';
import { loadBaseModel, pixelsFromRgb, type BaseModel } from '@eyegazer/formats';
import type { LoraTargetModule } from '@eyegazer/core';
import type { Adaptation, HeadSpec } from '@eyegazer/model';
import sharp from 'sharp';
import { assertClose } from '../../close.js';
import { needsShared, sharedPath } from '../../shared-path.js';
import { readTensors } from './golden.js';

interface Trajectory {
  task: 'multiclass' | 'binary' | 'regression';
  lora: { r: number; lora_alpha: number; target_modules: LoraTargetModule[]; use_rslora?: boolean };
  optimizer: { betas: [number, number]; eps: number; weightDecay: number; clipNorm: number };
  log: { ids: string[]; labels: number[]; lr: number; loss: number; gradNorm: number; logits: number[][] }[];
  finalIds: string[];
  finalLogits: number[][];
}

const heads: Record<Trajectory['task'], HeadSpec> = {
  multiclass: { kind: 'multiclass', numOutputs: 5, loss: 'crossEntropy' },
  binary: { kind: 'binary', numOutputs: 2, loss: 'crossEntropy' },
  regression: { kind: 'regression', numOutputs: 1, loss: 'mse' },
};

describe('ten AdamW steps of PyTorch and PEFT on real images', function () {
  this.timeout(120_000);
  before(function () {
    needsShared(this, 'models/deit-tiny', 'data/aptos-sample', 'fixtures/trajectory-multiclass');
  });

  for (const name of ['trajectory-multiclass', 'trajectory-all-linear-binary', 'trajectory-regression']) {
    it(`follows ${name}`, async () => {
      const folder = sharedPath(`fixtures/${name}`);
      const expected = JSON.parse(readFileSync(`${folder}/trajectory.json`, 'utf8')) as Trajectory;
      const model = await loadBaseModel(sharedPath('models/deit-tiny'));
      const head = heads[expected.task];
      const adaptation: Adaptation = {
        method: 'lora', r: expected.lora.r, loraAlpha: expected.lora.lora_alpha, loraDropout: 0, targetModules: expected.lora.target_modules,
        useRslora: expected.lora.use_rslora ?? false, layersToTransform: null,
      };
      const trainable = readTensors(`${folder}/trainable_step0.safetensors`);
      const session = await createTrainSession({ model, head, adaptation, microBatch: 8, engine: 'traced' });
      const { betas, eps, weightDecay, clipNorm } = expected.optimizer;
      const optimizer = createAdamW({ trainable, betas, eps, weightDecay: () => weightDecay });
      for (const [i, step] of expected.log.entries()) {
        const pixels = await readPixels(step.ids, model);
        const output = await session.step({ pixels, targets: step.labels, sampleWeights: step.labels.map(() => 1 / step.labels.length), dropout: null, trainable });
        assertClose([output.loss], [step.loss], { rtol: 1e-4, atol: 0 }, `loss of step ${i}`);
        if (i === 0) {
          for (const [tensor, grad] of readTensors(`${folder}/grads_step0.safetensors`)) {
            // float32 sums over 1,576 tokens and twelve layers leave 1e-5 of a tensor's size in each of its elements
            const size = Math.sqrt(grad.reduce((sum, value) => sum + value * value, 0) / grad.length);
            assertClose(output.grads.get(tensor) ?? [], grad, { rtol: 2e-3, atol: 1e-6 + 2e-5 * size }, `gradient of ${tensor}`);
          }
        }
        assertClose([clipGradNorm(output.grads, clipNorm)], [step.gradNorm], { rtol: 1e-3, atol: 0 }, `gradient norm of step ${i}`);
        optimizer.step(output.grads, step.lr);
      }
      await session.dispose();

      const evaluation = await createEvalSession({ model, head, adaptation, microBatch: 16, engine: 'traced' });
      const logits = await evaluation.logits({ pixels: await readPixels(expected.finalIds, model), n: expected.finalIds.length, trainable });
      assertClose(logits, expected.finalLogits.flat(), { rtol: 0, atol: 1e-3 }, 'logits after the last step');
      await evaluation.dispose();
    });
  }
});

async function readPixels(ids: readonly string[], model: BaseModel): Promise<Float32Array> {
  const { imageSize } = model.config;
  const perSample = 3 * imageSize ** 2;
  const pixels = new Float32Array(ids.length * perSample);
  for (const [i, id] of ids.entries()) {
    const { data, info } = await sharp(sharedPath(`data/aptos-sample/train_images/${id}.png`)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    pixelsFromRgb({ width: info.width, height: info.height, data }, model.preprocessor, pixels, i * perSample);
  }
  return pixels;
}
