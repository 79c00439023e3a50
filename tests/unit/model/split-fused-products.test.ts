import assert from 'node:assert/strict';
import { splitFusedProducts, traceTrainStep, type Graph, type GraphNode } from '@eyegazer/model';
import { tinySession } from '../engine/tiny-model.js';

const shapeOf = (graph: Graph, id: number | null | undefined): readonly number[] => graph.values[id ?? -1]?.shape ?? assert.fail(`no value ${id}`);
const countOf = (graph: Graph, opType: string): number => graph.nodes.filter((node) => node.opType === opType).length;

describe('splitting fused products', () => {
  let traced: Graph;
  let split: Graph;

  before(async () => {
    const { model, adaptation, head } = await tinySession();
    traced = traceTrainStep({ config: model.config, adaptation, head, batch: 3 });
    split = splitFusedProducts(traced);
  });

  it('leaves a plain product in place of each, of operands that fit', () => {
    assert.ok(countOf(traced, 'FusedMatMul') > 0);
    assert.equal(countOf(split, 'FusedMatMul'), 0);
    assert.equal(countOf(split, 'MatMul'), countOf(traced, 'FusedMatMul'));
    for (const node of split.nodes.filter(({ opType }) => opType === 'MatMul')) {
      const [left, right] = node.inputs.map((id) => shapeOf(split, id));
      assert.equal(left?.at(-1), right?.at(-2));
      assert.deepEqual(shapeOf(split, node.outputs[0]), [...(left?.slice(0, -1) ?? []), right?.at(-1)]);
    }
  });

  it('transposes an operand that several products share once, before the first of them', () => {
    const keys = split.nodes.filter(({ opType }) => opType === 'Transpose').map(({ inputs, attributes }) => JSON.stringify([inputs, attributes]));
    assert.equal(new Set(keys).size, keys.length);
    const made = new Set<number>();
    for (const { inputs, outputs } of split.nodes) {
      for (const id of inputs) if (id !== null && split.values[id]?.source.kind === 'node') assert.ok(made.has(id), `value ${id} is used before it is made`);
      for (const id of outputs) made.add(id);
    }
  });

  it('changes nothing else', () => {
    const others = (graph: Graph): readonly GraphNode[] => graph.nodes.filter(({ opType }) => !['FusedMatMul', 'MatMul', 'Transpose'].includes(opType));
    assert.deepEqual(others(split), others(traced));
    assert.deepEqual(split.outputs, traced.outputs);
  });

  it('refuses a product with a factor, which would be lost', () => {
    const nodes = traced.nodes.map((node) => (node.opType === 'FusedMatMul' ? { ...node, attributes: { ...node.attributes, alpha: { float: 2 } } } : node));
    assert.throws(() => splitFusedProducts({ ...traced, nodes }), /without a factor/);
  });
});
