import assert from 'node:assert/strict';
import { join } from 'node:path';
import { clipGradNorm, createAdamW, createLossScaledSession, createTrainSession, type TrainSession } from '@eyegazer/engine';
import { loadBaseModel, type BaseModel } from '@eyegazer/formats';
import { traceTrainStep, type HeadSpec, type LoraAdaptation } from '@eyegazer/model';
import { assertClose } from '../../close.js';
import { needsShared, sharedPath } from '../../shared-path.js';
import { createGraphSession, relativeDistance, withFloatActivations } from '../../unit/engine/graph-session.js';
import { flatten, golden, goldenFolder, goldenHead, goldenLora, goldenPixels, loadModelWithoutPreprocessor, readTensors } from './golden.js';
import { readPixels, readTrajectory, trajectoryHeads, trajectoryLora, type Trajectory } from './real-images.js';

/** The float16 step under its loss scale, on the CPU, which rounds to float16 after every node. */
async function createHalfSession(options: { model: BaseModel; adaptation: LoraAdaptation; head: HeadSpec; microBatch: number }): Promise<TrainSession> {
  const graph = traceTrainStep({ config: options.model.config, adaptation: options.adaptation, head: options.head, batch: options.microBatch, precision: 'fp16' });
  return createLossScaledSession(await createGraphSession(graph, options));
}

describe('the golden vectors of PyTorch in float16', () => {
  it('come as near as eleven bits can: loss, logits, gradients and parameters of three AdamW steps', async () => {
    const model = await loadModelWithoutPreprocessor(join(goldenFolder, 'base'));
    const trainable = readTensors(join(goldenFolder, 'adapter_step0/adapter_model.safetensors'));
    const session = await createHalfSession({ model, adaptation: goldenLora, head: goldenHead, microBatch: 4 });
    const { betas, eps, lr, weight_decay: decay } = golden.optimizer;
    const optimizer = createAdamW({ trainable, betas, eps, weightDecay: () => decay });
    for (const [i, expected] of golden.steps.entries()) {
      const output = await session.step({ pixels: goldenPixels, targets: golden.labels, sampleWeights: golden.labels.map(() => 1 / 4), dropout: null, trainable });
      assertClose([output.loss], [expected.loss], { rtol: 1e-3, atol: 0 }, `loss of step ${i}`);
      assertClose(output.logits, flatten(expected.logits), { rtol: 0, atol: 2e-3 }, `logits of step ${i}`);
      const distance = relativeDistance(output.grads, new Map([...output.grads.keys()].map((name) => [name, Float32Array.from(flatten(expected.grads[name]!))])));
      assert.ok(distance < 5e-3, `gradients of step ${i} are ${distance} apart`);
      optimizer.step(output.grads, lr);
    }
    await session.dispose();
  });
});

describe('ten AdamW steps of PyTorch and PEFT on real images', function () {
  this.timeout(300_000);
  let model: BaseModel;
  before(async function () {
    needsShared(this, 'models/deit-tiny', 'data/aptos-sample', 'fixtures/trajectory-multiclass');
    model = await loadBaseModel(sharedPath('models/deit-tiny'));
  });

  it('in float16 with every layer adapted: the first gradients within 1 %, what trains within 5 % of the way it goes', async () => {
    const { folder, expected, head, adaptation } = open('trajectory-all-linear-binary');
    const session = await createHalfSession({ model, adaptation, head, microBatch: 8 });
    const { firstGradients, trainable } = await follow(session, expected, readTensors(`${folder}/trainable_step0.safetensors`));
    await session.dispose();
    assert.ok(relativeDistance(firstGradients, readTensors(`${folder}/grads_step0.safetensors`)) < 0.01);
    // The loss falls to a hundredth on the way; its last values say less than where the parameters went.
    const [from, to] = [readTensors(`${folder}/trainable_step0.safetensors`), readTensors(`${folder}/trainable_step10.safetensors`)];
    const way = (tensors: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> => new Map([...tensors].map(([name, values]) => [name, values.map((value, i) => value - from.get(name)![i]!)]));
    assert.ok(relativeDistance(way(trainable), way(to)) < 0.05);
  });

  for (const precision of ['int8', 'int4'] as const) {
    it(`the slope of the loss with frozen weights in ${precision}, by differences, is the norm of the gradient`, async () => {
      const { folder, expected, head, adaptation } = open('trajectory-multiclass');
      const graph = traceTrainStep({ config: model.config, adaptation, head, batch: 8, precision });
      const session = await createGraphSession(withFloatActivations(graph), { model, adaptation, head, microBatch: 8 });
      const { ids, labels } = expected.log[0]!;
      const input = { pixels: await readPixels(ids, model), targets: labels, sampleWeights: labels.map(() => 1 / labels.length), dropout: null };
      const trainable = readTensors(`${folder}/trainable_step0.safetensors`);
      const { grads } = await session.step({ ...input, trainable });
      const norm = Math.sqrt([...grads.values()].reduce((sum, grad) => sum + grad.reduce((part, value) => part + value * value, 0), 0));
      const lossAt = async (by: number): Promise<number> =>
        (await session.step({ ...input, trainable: new Map([...trainable].map(([name, values]) => [name, values.map((value, i) => value + (by * grads.get(name)![i]!) / norm)])) })).loss;
      const length = 2e-3;
      assertClose([((await lossAt(length)) - (await lossAt(-length))) / (2 * length)], [norm], { rtol: 2e-3, atol: 0 }, 'slope');
      await session.dispose();
    });
  }

  it('with frozen weights in 8 bits: every loss within 3 %, the first gradients within 10 %', async () => {
    const { folder, expected, head, adaptation } = open('trajectory-multiclass');
    const session = await createTrainSession({ model, head, adaptation, microBatch: 8, engine: 'traced', precision: 'int8' });
    const { firstGradients, losses } = await follow(session, expected, readTensors(`${folder}/trainable_step0.safetensors`));
    await session.dispose();
    assertClose(losses, expected.log.map(({ loss }) => loss), { rtol: 0.03, atol: 0 }, 'losses');
    assert.ok(relativeDistance(firstGradients, readTensors(`${folder}/grads_step0.safetensors`)) < 0.1);
  });

  function open(name: string): { folder: string; expected: Trajectory; head: HeadSpec; adaptation: LoraAdaptation } {
    const folder = sharedPath(`fixtures/${name}`);
    const expected = readTrajectory(folder);
    return { folder, expected, head: trajectoryHeads[expected.task], adaptation: trajectoryLora(expected) };
  }

  async function follow(session: TrainSession, { optimizer: { betas, eps, weightDecay, clipNorm }, log }: Trajectory, trainable: Map<string, Float32Array>): Promise<{ losses: number[]; firstGradients: Map<string, Float32Array>; trainable: Map<string, Float32Array> }> {
    const optimizer = createAdamW({ trainable, betas, eps, weightDecay: () => weightDecay });
    const losses: number[] = [];
    let firstGradients = new Map<string, Float32Array>();
    for (const { ids, labels, lr } of log) {
      const { loss, grads } = await session.step({ pixels: await readPixels(ids, model), targets: labels, sampleWeights: labels.map(() => 1 / labels.length), dropout: null, trainable });
      if (losses.push(loss) === 1) firstGradients = new Map([...grads].map(([name, grad]) => [name, grad.slice()]));
      clipGradNorm(grads, clipNorm);
      optimizer.step(grads, lr);
    }
    return { losses, firstGradients, trainable };
  }
});
