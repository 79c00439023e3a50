/**
 * Products with the encoder's frozen matrices become `MatMulNBits` on 4- or 8-bit weights (QLoRA, Dettmers et al. 2023,
 * arXiv:2305.14314, with square tiles, see `quantise-matrix.ts`). Embeddings, norms, biases and all that trains stay float32.
 *
 * The product's factor rides in the scales. A row as C becomes the bias; a matrix as C is added by a node of its own, for
 * `MatMulNBits` takes none.
 */
import { packedShape } from '../quantise/pack-quantised.js';
import { GraphBuilder } from './graph-builder.js';
import { valueOf, type Graph, type GraphNode, type QuantisedBits, type QuantisedForm, type ValueId } from './graph.js';

export function quantiseProducts(graph: Graph, bits: QuantisedBits): Graph {
  const builder = new GraphBuilder(graph.values);
  const parts = new Map<string, ValueId>();
  const addPart = (name: string, form: QuantisedForm): ValueId => {
    const key = JSON.stringify([name, form]);
    const id = parts.get(key) ?? builder.addValue(form.kind === 'levels' ? 'uint8' : 'float32', packedShape(form), { kind: 'weight', name, form });
    parts.set(key, id);
    return id;
  };
  for (const node of graph.nodes) {
    const product = findProduct(graph, node);
    if (product === null) builder.append(node);
    else quantise(product, { graph, builder, bits, addPart });
  }
  return builder.build(graph.outputs);
}

/** output = alpha x W^T + beta c, or x W when transposed. */
interface FrozenProduct {
  x: ValueId;
  c: ValueId | null;
  output: ValueId;
  weightName: string;
  /** [rows, columns] of W. */
  matrix: readonly [number, number];
  transposed: boolean;
  alpha: number;
  beta: number;
}

interface Context {
  graph: Graph;
  builder: GraphBuilder;
  bits: QuantisedBits;
  addPart: (name: string, form: QuantisedForm) => ValueId;
}

function quantise({ x, c, output, weightName, matrix, transposed, alpha, beta }: FrozenProduct, { graph, builder, bits, addPart }: Context): void {
  const [N, K] = transposed ? [matrix[1], matrix[0]] : matrix;
  const block = chooseBlock(matrix, bits);
  const form = { bits, block, matrix, transposed };
  const levels = addPart(weightName, { ...form, kind: 'levels', factor: 1 });
  const scales = addPart(weightName, { ...form, kind: 'scales', factor: alpha });
  const addend = c === null || beta === 1 ? c : scaled(c, beta);
  const isRow = c !== null && valueOf(graph, c).shape.length === 1;
  // Level 4 rounds x to 8 bits as well, block by block of each row: integer products are what makes this fast.
  const attributes = { K: { int: K }, N: { int: N }, bits: { int: bits }, block_size: { int: block }, accuracy_level: { int: 4 } };
  const multiply = { opType: 'MatMulNBits', domain: 'com.microsoft', attributes } as const;
  if (addend === null || isRow) {
    builder.append({ ...multiply, inputs: [x, levels, scales, ...(isRow ? [null, null, addend] : [])], outputs: [output] });
    return;
  }
  const [product = output] = builder.addNode({ ...multiply, inputs: [x, levels, scales], outputShapes: [valueOf(graph, output).shape] });
  builder.append({ opType: 'Add', domain: '', inputs: [addend, product], outputs: [output], attributes: {} });

  function scaled(id: ValueId, factor: number): ValueId {
    const inputs = [id, builder.addConstant(Float32Array.of(factor), [])];
    return builder.addNode({ opType: 'Mul', inputs, outputShapes: [valueOf(graph, id).shape] })[0] ?? id;
  }
}

/** Linear layers of the encoder. */
const encoderPath = /^encoder\.layer\./;

function findProduct(graph: Graph, node: GraphNode): FrozenProduct | null {
  const [x, right, c = null] = node.inputs;
  const [output] = node.outputs;
  if (node.opType !== 'Gemm' || x == null || right == null || output === undefined || 'transA' in node.attributes) return null;
  const { source, shape } = valueOf(graph, right);
  const [rows, columns] = shape;
  if (source.kind !== 'weight' || !encoderPath.test(source.name) || rows === undefined || columns === undefined || shape.length !== 2) return null;
  return {
    x, c, output, weightName: source.name, matrix: [rows, columns], transposed: !('transB' in node.attributes),
    alpha: floatOf(node, 'alpha'), beta: floatOf(node, 'beta'),
  };
}

/**
 * Widths of tiles, the one wanted first. In 8 bits wide tiles cost little accuracy and are the fastest (1576 x 768 x 3072 products
 * make 430, 380 and 320 GFLOP/s with 256, 128 and 64 where float32 makes 200); in 4 bits narrow ones are needed.
 */
const blocks: Readonly<Record<QuantisedBits, readonly number[]>> = { 8: [256, 128, 64, 32, 16], 4: [16] };

/** The first that divides both sides of a matrix; none does: the narrowest, jutting out. */
function chooseBlock(matrix: readonly [number, number], bits: QuantisedBits): number {
  return blocks[bits].find((size) => matrix.every((length) => length % size === 0)) ?? 16;
}

function floatOf({ attributes }: GraphNode, name: 'alpha' | 'beta'): number {
  const attribute = attributes[name];
  return attribute !== undefined && 'float' in attribute ? attribute.float : 1;
}
