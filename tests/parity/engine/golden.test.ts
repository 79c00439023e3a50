import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createAdamW, createEvalSession, createTrainSession } from '@eyegazer/engine';
import { engine as tfjsEngine } from '@tensorflow/tfjs-core';
import { assertClose } from '../../close.js';
import { needsEngine, testedEngines } from '../../tested-engines.js';
import { flatten, golden, goldenFolder, goldenHead, goldenLora, goldenPixels, loadModelWithoutPreprocessor, readTensors } from './golden.js';

const logitTolerance = { rtol: 0, atol: 1e-5 };
const gradientTolerance = { rtol: 1e-4, atol: 1e-6 };
const parameterTolerance = { rtol: 0, atol: 1e-5 };

for (const engine of testedEngines) {
  describe(`golden vectors of PyTorch, ${engine.title}`, () => {
    before(function () {
      needsEngine(this, engine);
    });

    it('gives loss, logits, every gradient and every parameter of three AdamW steps', async () => {
      const model = await loadModelWithoutPreprocessor(join(goldenFolder, 'base'));
      const trainable = readTensors(join(goldenFolder, 'adapter_step0/adapter_model.safetensors'));
      const before = tfjsEngine().state.numTensors;
      const session = await createTrainSession({ model, head: goldenHead, adaptation: goldenLora, microBatch: 4, ...engine.options });
      const { betas, eps, lr, weight_decay: decay } = golden.optimizer;
      const optimizer = createAdamW({ trainable, betas, eps, weightDecay: () => decay });
      for (const [i, expected] of golden.steps.entries()) {
        const output = await session.step({
          pixels: goldenPixels, targets: golden.labels, sampleWeights: golden.labels.map(() => 1 / golden.labels.length), dropout: null, trainable,
        });
        assertClose([output.loss], [expected.loss], { rtol: 0, atol: 1e-5 }, `loss of step ${i}`);
        assertClose(output.logits, flatten(expected.logits), logitTolerance, `logits of step ${i}`);
        assert.deepEqual([...output.grads.keys()].sort(), Object.keys(expected.grads).sort());
        for (const [name, grad] of output.grads) assertClose(grad, flatten(expected.grads[name]!), gradientTolerance, `gradient of ${name} in step ${i}`);
        optimizer.step(output.grads, lr);
        for (const [name, values] of trainable) assertClose(values, flatten(expected.params_after[name]!), parameterTolerance, `${name} after step ${i}`);
      }
      await session.dispose();
      assert.equal(tfjsEngine().state.numTensors, before);
    });

    it('gives the logits of the trained adapter, for any number of samples', async () => {
      const model = await loadModelWithoutPreprocessor(join(goldenFolder, 'base'));
      const trainable = readTensors(join(goldenFolder, 'adapter_step3/adapter_model.safetensors'));
      const before = tfjsEngine().state.numTensors;
      const session = await createEvalSession({ model, head: goldenHead, adaptation: goldenLora, microBatch: 3, ...engine.options });
      const logits = await session.logits({ pixels: goldenPixels, n: 4, trainable });
      assertClose(logits, flatten(golden.logits_after_3_steps), logitTolerance, 'logits');
      await session.dispose();
      assert.equal(tfjsEngine().state.numTensors, before);
    });
  });
}
