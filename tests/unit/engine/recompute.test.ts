import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recomputeModes, type RecomputeMode } from '@eyegazer/core';
import { createTrainSession, type SessionOptions, type StepOutput } from '@eyegazer/engine';
import { encodeOnnx, loadBaseModel, vitModelTypes } from '@eyegazer/formats';
import { createOnnxModel, createTrainableTensors, scheduleNodes, traceTrainStep, type Graph, type GraphNode } from '@eyegazer/model';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { assertClose } from '../../close.js';
import { fixturePath } from '../../fixture-path.js';
import { tinyInput, tinySession, tinyTrainable, type TinyOptions } from './tiny-model.js';

const others = ['selective', 'full'] as const satisfies readonly RecomputeMode[];

async function runStep(options: SessionOptions, trainable: Map<string, Float32Array>): Promise<StepOutput> {
  const session = await createTrainSession(options);
  const output = await session.step(tinyInput(options, [1, 4, 5], trainable));
  await session.dispose();
  return output;
}

async function traceTiny(recompute: RecomputeMode): Promise<Graph> {
  const { model, adaptation, head } = await tinySession();
  return traceTrainStep({ config: model.config, adaptation, head, batch: 3, recompute });
}

function countOf(graph: Graph, opType: string): number {
  return graph.nodes.filter((node) => node.opType === opType).length;
}

/** All that a node is computed from. */
function ancestorsOf(graph: Graph, node: GraphNode): Set<GraphNode> {
  const producers = new Map(graph.nodes.flatMap((each) => each.outputs.map((id) => [id, each] as const)));
  const found = new Set<GraphNode>();
  const visit = (from: GraphNode): void => {
    for (const id of from.inputs) {
      const producer = id === null ? undefined : producers.get(id);
      if (producer === undefined || found.has(producer)) continue;
      found.add(producer);
      visit(producer);
    }
  };
  visit(node);
  return found;
}

describe('recomputation of activations', () => {
  for (const recompute of others) {
    for (const precision of ['fp32', 'int8'] as const) {
      it(`${recompute}, ${precision}: gives the loss and the gradients of keeping everything, with every module adapted and dropout`, async () => {
        const options = await tinySession({ precision });
        const trainable = tinyTrainable(options);
        const kept = await runStep(options, trainable);
        const again = await runStep({ ...options, recompute }, trainable);
        assertClose([again.loss], [kept.loss], { rtol: 1e-6, atol: 1e-7 }, 'loss');
        for (const [name, grad] of again.grads) assertClose(grad, kept.grads.get(name)!, { rtol: 1e-4, atol: 1e-6 }, `gradient of ${name}`);
      });
    }

    it(`${recompute}: gives the gradients of full fine-tuning`, async () => {
      const options: SessionOptions = { ...(await tinySession()), adaptation: { method: 'full' } };
      const { model, head } = options;
      const trainable = new Map([...createTrainableTensors(model.config, { adaptation: { method: 'head' }, head, seed: 3 })].map(([name, { data }]) => [name, data]));
      for (const name of model.tensors.keys()) trainable.set(name, Float32Array.from(await model.readTensor(name)));
      const kept = await runStep(options, trainable);
      const again = await runStep({ ...options, recompute }, trainable);
      for (const [name, grad] of again.grads) assertClose(grad, kept.grads.get(name)!, { rtol: 1e-4, atol: 1e-6 }, `gradient of ${name}`);
    });

    it(`${recompute}: passes on a gradient that is not a number, as keeping everything does`, async () => {
      const options = await tinySession({ recompute });
      const trainable = tinyTrainable(options);
      const session = await createTrainSession(options);
      const { loss, grads } = await session.step({ ...tinyInput(options, [1, 4], trainable), sampleWeights: [Number.NaN, 1] });
      await session.dispose();
      assert.ok(Number.isNaN(loss));
      assert.ok([...grads.values()].every((grad) => grad.some(Number.isNaN)));
    });

    it(`${recompute}: repeats attention once a layer, by way of the gradient`, async () => {
      const [kept, again] = [await traceTiny('none'), await traceTiny(recompute)];
      assert.ok(countOf(again, 'Softmax') > countOf(kept, 'Softmax'));
      const targetsId = again.values.findIndex(({ source }) => source.kind === 'input' && source.name === 'targets');
      const repeated = again.nodes.filter((node) => node.opType === 'Erf').slice(countOf(kept, 'Erf'));
      assert.ok(repeated.length >= 2, `${repeated.length} layers repeated`);
      // Targets enter with the loss's gradient alone: what is repeated cannot run before it.
      const readsTargets = (node: GraphNode): boolean => node.inputs.includes(targetsId);
      for (const node of repeated) assert.ok([...ancestorsOf(again, node)].some(readsTargets), 'a repetition that does not wait for the gradient');
    });
  }

  it('repeats nothing of a layer where no gradient enters one', async () => {
    const { model, head } = await tinySession();
    // As many tokens as a real image has: the class token alone is then a small part, which every mode keeps.
    const config = { ...model.config, imageSize: 10 * model.config.patchSize };
    const trace = (recompute: RecomputeMode): Graph => traceTrainStep({ config, adaptation: { method: 'head' }, head, batch: 3, recompute });
    for (const mode of others) for (const opType of ['LayerNormalization', 'Gemm', 'Softmax', 'Erf']) assert.equal(countOf(trace(mode), opType), countOf(trace('none'), opType), `${mode}: ${opType}`);
  });

  for (const modelType of vitModelTypes) {
    it(`gives the gradients of ${modelType} whatever is computed again`, async () => {
      const model = await loadBaseModel(fixturePath(join('families', modelType)));
      const options: TinyOptions = { ...(await tinySession()), model };
      const trainable = tinyTrainable(options);
      const kept = await runStep(options, trainable);
      for (const recompute of others) {
        const again = await runStep({ ...options, recompute }, trainable);
        for (const [name, grad] of again.grads) assertClose(grad, kept.grads.get(name)!, { rtol: 1e-4, atol: 1e-6 }, `${recompute}: gradient of ${name}`);
      }
    });
  }

  it('is refused by the eager engine', async () => {
    await assert.rejects(createTrainSession(await tinySession({ engine: 'eager', recompute: 'full' })), { name: 'AppError', code: 'UNSUPPORTED', message: /recompute "none" on the eager engine, got "full"/ });
  });
});

describe('the order of a step', () => {
  for (const recompute of recomputeModes) {
    it(`is that in which ONNX Runtime runs it, recompute ${recompute}`, async () => {
      const graph = await traceTiny(recompute);
      const { written, executed } = scheduleNodes(graph);
      const names = new Map(written.map((node, i) => [node, `${node.opType}_${i}`]));
      const planned = executed.map((node) => names.get(node)!);
      const real = await profile({ ...graph, nodes: written });
      const ran = new Set(real);
      // ONNX Runtime leaves out a multiplication by 1, and folds what is constant but for its shape.
      assert.ok(planned.length - ran.size <= 0.02 * planned.length, `${planned.length} nodes planned, ${ran.size} ran`);
      assert.deepEqual(real, planned.filter((name) => ran.has(name)));
    });
  }
});

/** Names of the nodes of one run with zeros, in the order in which they ran. */
async function profile(graph: Graph): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eyegazer-profile-'));
  const onnx = createOnnxModel(graph, 'step', (name) => {
    const { shape } = graph.values.find(({ source }) => source.kind === 'weight' && source.name === name)!;
    return { bytes: new Uint8Array(4 * shape.reduce((product, size) => product * size, 1)) };
  });
  const session = await InferenceSession.create(encodeOnnx(onnx), {
    enableMemPattern: false, enableProfiling: true, profileFilePrefix: join(folder, 'run'), logSeverityLevel: 3,
    extra: { optimization: { disable_specified_optimizers: 'GemmTransposeFusion' } },
  });
  const feeds = onnx.inputs.map(({ name, dataType, shape }) => {
    const size = shape.reduce((product, count) => product * count, 1);
    return [name, dataType === 'int32' ? new Tensor('int32', new Int32Array(size), shape) : new Tensor('float32', new Float32Array(size), shape)] as const;
  });
  await session.run(Object.fromEntries(feeds));
  session.endProfiling();
  await session.release();
  const events = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')) as { cat: string; name: string }[];
  rmSync(folder, { recursive: true });
  const suffix = '_kernel_time';
  return events.filter(({ cat, name }) => cat === 'Node' && name.endsWith(suffix)).map(({ name }) => name.slice(0, -suffix.length));
}
