import assert from 'node:assert/strict';
import { createAdamW, createEvalSession, createTrainSession, clipGradNorm } from '@eyegazer/engine';
import { loadBaseModel } from '@eyegazer/formats';
import { assertClose } from '../../close.js';
import { needsShared, sharedPath } from '../../shared-path.js';
import { readTensors } from './golden.js';
import { readPixels, readTrajectory, trajectoryHeads, trajectoryLora, trajectoryNames } from './real-images.js';

describe('ten AdamW steps of PyTorch and PEFT on real images', function () {
  this.timeout(120_000);
  before(function () {
    needsShared(this, 'models/deit-tiny', 'data/aptos-sample', 'fixtures/trajectory-multiclass');
  });

  for (const name of trajectoryNames) {
    it(`follows ${name}`, async () => {
      const folder = sharedPath(`fixtures/${name}`);
      const expected = readTrajectory(folder);
      const model = await loadBaseModel(sharedPath('models/deit-tiny'));
      const head = trajectoryHeads[expected.task];
      const adaptation = trajectoryLora(expected);
      const trainable = readTensors(`${folder}/trainable_step0.safetensors`);
      const session = await createTrainSession({ model, head, adaptation, microBatch: 8, engine: 'traced' });
      const { betas, eps, weightDecay, clipNorm } = expected.optimizer;
      const optimizer = createAdamW({ trainable, betas, eps, weightDecay: () => weightDecay });
      for (const [i, step] of expected.log.entries()) {
        const pixels = await readPixels(step.ids, model);
        const output = await session.step({ pixels, targets: step.labels, sampleWeights: step.labels.map(() => 1 / step.labels.length), dropout: null, trainable });
        assertClose([output.loss], [step.loss], { rtol: 1e-4, atol: 0 }, `loss of step ${i}`);
        if (i === 0) {
          assertGradients(output.grads, readTensors(`${folder}/grads_step0.safetensors`));
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

/**
 * rtol 2e-3 and atol 1e-6 for each element, but for a few that are small beside their tensor: there two float32 sums over 1,576
 * tokens and twelve layers may differ by more. Against the same gradients in float64, PyTorch's own values in
 * these fixtures are beyond that tolerance in 0, 2 and 0 elements, ours in 0, 3 and 1, and the relative L2 error of all of them is
 * 2.1, 4.3 and 1.2e-6 there and 1.7, 4.8 and 1.0e-6 here (float64-gradients.test.ts): exact gradients would not pass either. So one
 * element in 50,000 may be beyond, by no more than 1e-5 of its tensor's size.
 */
function assertGradients(grads: ReadonlyMap<string, Float32Array>, expected: ReadonlyMap<string, Float32Array>): void {
  let elements = 0;
  const beyond: string[] = [];
  for (const [name, values] of expected) {
    const actual = grads.get(name)!;
    const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    assertClose(actual, values, { rtol: 2e-3, atol: 1e-6 + 1e-5 * size }, `gradient of ${name}`);
    elements += values.length;
    values.forEach((value, i) => {
      if (Math.abs(actual[i]! - value) > 1e-6 + 2e-3 * Math.abs(value)) beyond.push(`${name}[${i}]: expected ${value}, got ${actual[i]}`);
    });
  }
  assert.ok(beyond.length <= elements / 50_000, `${beyond.length} of ${elements} elements: ${beyond.join('; ')}`);
}
