import type { GraphBuilder } from './graph-builder.js';
import type { GraphValue, ValueId } from './graph.js';

/** TensorProto.DataType.INT64 */
const onnxInt64 = 7;

/**
 * Makes shapes that depend on the numbers of a value, though they are always the same: each size times 1, and the 1 is
 * (int) element * 0 + 1, which not even a NaN changes. What passes the gate is the same bytes under such a shape. It exists no
 * sooner than the value, is not taken for equal to the original, and its shape is unknown until the step runs.
 */
export class ShapeGate {
  #one: ValueId | null = null;

  constructor(
    private readonly builder: GraphBuilder,
    private readonly origin: { id: ValueId; rank: number },
  ) {}

  pass(id: ValueId, { shape, dataType }: Pick<GraphValue, 'shape' | 'dataType'>): ValueId {
    return this.#add('Reshape', [id, this.shape(this.builder.addInt64s(shape), shape.length)], shape, dataType);
  }

  /** A constant shape of `rank` sizes, made dependent. */
  shape(constant: ValueId, rank: number): ValueId {
    return this.#add('Mul', [constant, this.#makeOne()], [rank], 'int64');
  }

  #makeOne(): ValueId {
    if (this.#one !== null) return this.#one;
    const { id, rank } = this.origin;
    const axes = Array.from({ length: rank }, () => 0);
    const first = rank === 0 ? id : this.#add('Slice', [id, this.builder.addInt64s(axes), this.builder.addInt64s(axes.map(() => 1))], axes.map(() => 1));
    const element = this.#add('Reshape', [first, this.builder.addInt64s([1])], [1]);
    const [integer] = this.builder.addNode({ opType: 'Cast', inputs: [element], attributes: { to: { int: onnxInt64 } }, outputShapes: [[1]], dataType: 'int64' }) as [ValueId];
    const zero = this.#add('Mul', [integer, this.builder.addInt64s([0])], [1], 'int64');
    this.#one = this.#add('Add', [zero, this.builder.addInt64s([1])], [1], 'int64');
    return this.#one;
  }

  #add(opType: string, inputs: ValueId[], shape: readonly number[], dataType: GraphValue['dataType'] = 'float32'): ValueId {
    return this.builder.addNode({ opType, inputs, outputShapes: [shape], dataType })[0] as ValueId;
  }
}
