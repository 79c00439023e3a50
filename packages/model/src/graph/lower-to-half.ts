/**
 * Mixed precision, much as torch.autocast has it: products of the encoder and what lies between them in float16; LayerNorm,
 * softmax, sums, the loss, the head, the embeddings and the residual stream with its gradient in float32. Frozen matrices are
 * float16 from the start; what trains comes and goes as float32.
 *
 * Every float value has one natural type, and a `Cast` makes the other where it is wanted:
 * 1. Linear layers' matrices, LoRA factors and dropout pools are float16; other inputs and constants float32.
 * 2. A product is float16 when one of its operands is, but not with the head's weights or a vector.
 * 3. LayerNorm, softmax and sums compute in float32; the first two hand on float16 where a product wants it.
 * 4. Anything else is float16 when all it reads is (a lone number fits either), unless its readers want float32.
 * 5. What a float16 product adds and is float32, the residual stream, is added in float32 after it.
 * Source: https://docs.pytorch.org/docs/stable/amp.html#op-specific-behavior; Micikevicius et al. 2018, arXiv:1710.03740
 */
import { encodeHalves, onnxDataTypes } from '@eyegazer/formats';
import { findConstants } from './find-constants.js';
import { GraphBuilder } from './graph-builder.js';
import { sizeOfShape, valueOf, type Graph, type GraphNode, type GraphValue, type ValueId } from './graph.js';

export function lowerToHalf(graph: Graph): Graph {
  const lowering = new HalfLowering(graph);
  for (const node of graph.nodes) lowering.add(node);
  return lowering.finish();
}

const products = new Set(['Gemm', 'MatMul', 'FusedMatMul']);
const fullOperations = new Set(['LayerNormalization', 'Softmax', 'ReduceSum', 'ReduceMean', 'ReduceMax', 'Cast']);
/** Those whose first output is large and goes into products. */
const halfGivers = new Set(['LayerNormalization', 'Softmax']);
/** Matrices of the encoder, frozen or trained, with their gradients; and the pools that mask what they read. */
const halfNames = /encoder\.layer\.|^dropoutPool:/;

class HalfLowering {
  readonly #graph: Graph;
  readonly #builder: GraphBuilder;
  readonly #constants: ReadonlySet<ValueId>;
  readonly #readers = new Map<ValueId, GraphNode[]>();
  /** Outputs that nothing may round on the way. */
  readonly #fullOutputs: ReadonlySet<ValueId>;
  /** Values of the float32 graph that are float16 by nature. */
  readonly #natural = new Set<ValueId>();
  readonly #halves = new Map<ValueId, ValueId>();
  readonly #fulls = new Map<ValueId, ValueId>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#builder = new GraphBuilder(graph.values);
    this.#constants = findConstants(graph);
    this.#fullOutputs = new Set(graph.outputs.flatMap(({ name, value }) => (isHalfMatrix(name, valueOf(graph, value)) ? [] : [value])));
    graph.values.forEach((value, id) => {
      const { source } = value;
      if ((source.kind === 'weight' || source.kind === 'input') && isHalfMatrix(source.name, value)) this.#natural.add(id);
    });
    for (const node of graph.nodes) {
      for (const id of node.inputs) if (id !== null) this.#readers.set(id, [...(this.#readers.get(id) ?? []), node]);
    }
  }

  add(node: GraphNode): void {
    if (this.#isHalf(node)) this.#addHalf(node);
    else this.#addFull(node);
  }

  finish(): Graph {
    return this.#builder.build(this.#graph.outputs.map(({ name, value }) => ({ name, value: this.#asFull(value) })));
  }

  #isHalf(node: GraphNode): boolean {
    if (fullOperations.has(node.opType) || node.outputs.some((id) => this.#fullOutputs.has(id))) return false;
    if (products.has(node.opType)) return this.#isHalfProduct(node);
    const read = node.inputs.filter((id): id is ValueId => id !== null && this.#isFloat(id) && !this.#isLoneNumber(id));
    if (read.length === 0 || !read.every((id) => this.#natural.has(id))) return false;
    const readers = node.outputs.flatMap((id) => this.#readers.get(id) ?? []);
    return readers.length === 0 || readers.some(({ opType }) => !fullOperations.has(opType));
  }

  #isHalfProduct(node: GraphNode): boolean {
    const operands = node.inputs.slice(0, 2).filter((id) => id !== null);
    const isVector = node.outputs.some((id) => valueOf(this.#graph, id).shape.at(-1) === 1);
    const isKept = (id: ValueId): boolean => !this.#natural.has(id) && (this.#constants.has(id) || valueOf(this.#graph, id).source.kind === 'input');
    return !isVector && !operands.some(isKept) && operands.some((id) => this.#natural.has(id));
  }

  #addHalf(node: GraphNode): void {
    const [a = null, b = null, c = null] = node.inputs;
    if (node.opType === 'Gemm' && c !== null && !this.#natural.has(c) && valueOf(this.#graph, c).shape.length === 2) {
      const { beta, ...attributes } = node.attributes;
      this.#addSum(this.#computeHalf({ ...node, inputs: [a, b], attributes })[0], { addend: c, beta: beta !== undefined && 'float' in beta ? beta.float : 1, output: node.outputs[0] });
      return;
    }
    this.#computeHalf(node).forEach((half, i) => {
      const id = node.outputs[i] as ValueId;
      this.#natural.add(id);
      this.#halves.set(id, half);
    });
  }

  #computeHalf(node: GraphNode): ValueId[] {
    const inputs = node.inputs.map((id) => (id !== null && this.#isFloat(id) ? this.#asHalf(id) : id));
    const outputShapes = node.outputs.map((id) => valueOf(this.#graph, id).shape);
    return this.#builder.addNode({ ...node, inputs, outputShapes, dataType: 'float16' });
  }

  /** output = beta * addend + product, in float32. */
  #addSum(product: ValueId | undefined, { addend, beta, output }: { addend: ValueId; beta: number; output: ValueId | undefined }): void {
    if (product === undefined || output === undefined) throw new Error('A product has no output.');
    const { shape } = valueOf(this.#graph, output);
    const scaled = beta === 1 ? addend : this.#builder.addNode({ opType: 'Mul', inputs: [addend, this.#builder.addConstant(Float32Array.of(beta), [])], outputShapes: [shape] })[0];
    this.#builder.append({ opType: 'Add', domain: '', inputs: [scaled ?? addend, this.#cast(product, shape, 'float32')], outputs: [output], attributes: {} });
  }

  #addFull(node: GraphNode): void {
    this.#builder.append({ ...node, inputs: node.inputs.map((id) => (id === null ? null : this.#asFull(id))) });
    const [output] = node.outputs;
    if (output === undefined || !halfGivers.has(node.opType) || !this.#isReadByHalfProduct(output)) return;
    this.#asHalf(output);
    this.#natural.add(output);
  }

  #isReadByHalfProduct(id: ValueId): boolean {
    return (this.#readers.get(id) ?? []).some(({ opType, inputs }) => products.has(opType) && inputs.slice(0, 2).some((other) => other !== null && this.#natural.has(other)));
  }

  #asHalf(id: ValueId): ValueId {
    const known = this.#halves.get(id);
    if (known !== undefined) return known;
    const { shape, source } = valueOf(this.#graph, id);
    let half: ValueId;
    if (source.kind === 'weight') half = this.#builder.addValue('float16', shape, { ...source, form: { kind: 'float16' } });
    else if (source.kind === 'constant' && source.data instanceof Float32Array) half = this.#builder.addConstant(encodeHalves(source.data), shape);
    else half = this.#cast(id, shape, 'float16');
    this.#halves.set(id, half);
    return half;
  }

  /** A leaf is there in float32; what a node computed in float16 is cast, also where its producer had it in float32: that one is not held then. */
  #asFull(id: ValueId): ValueId {
    if (!this.#natural.has(id) || valueOf(this.#graph, id).source.kind !== 'node') return id;
    const full = this.#fulls.get(id) ?? this.#cast(this.#asHalf(id), valueOf(this.#graph, id).shape, 'float32');
    this.#fulls.set(id, full);
    return full;
  }

  #cast(id: ValueId, shape: readonly number[], to: 'float16' | 'float32'): ValueId {
    const [output] = this.#builder.addNode({ opType: 'Cast', inputs: [id], attributes: { to: { int: onnxDataTypes[to] } }, outputShapes: [shape], dataType: to });
    return output as ValueId;
  }

  #isFloat(id: ValueId): boolean {
    return valueOf(this.#graph, id).dataType === 'float32';
  }

  #isLoneNumber(id: ValueId): boolean {
    const { shape, source } = valueOf(this.#graph, id);
    return source.kind === 'constant' && sizeOfShape(shape) === 1;
  }
}

function isHalfMatrix(name: string, { dataType, shape }: GraphValue): boolean {
  return dataType === 'float32' && shape.length === 2 && halfNames.test(name);
}
