/**
 * Where the frozen weights of a graph are read. In place, from the checkpoint's files; or, where they are other than float32
 * in the file or wanted in another form, from a block of memory that is filled once, tensor by tensor.
 *
 * A small block goes into the model's own bytes. A large one would be copied several times there, and a model has at most
 * 2 GB: it is handed over as a file in memory. ONNX Runtime then wants every file in memory, so the block takes all weights.
 */
import { basename } from 'node:path';
import { AppError } from '@eyegazer/core';
import { encodeHalves, type BaseModel, type OnnxInitializerData, type ViTTensor } from '@eyegazer/formats';
import {
  bytesOfValue, findUsedValues, packLevels, packScales, quantiseMatrix, valueOf, type Graph, type QuantisedMatrix, type WeightForm, type WeightSource,
} from '@eyegazer/model';

export interface PlacedWeights {
  find: (name: string, form?: WeightForm) => OnnxInitializerData;
  /** As ONNX Runtime takes it; it copies what it needs when the session is made. */
  externalData: { path: string; data: Uint8Array }[];
}

const mostInlineBytes = 2 ** 26;
const blockName = 'weights';

/** @throws AppError BAD_MODEL or BAD_FILE when a weight is missing or cannot be read */
export async function placeWeights(graph: Graph, model: BaseModel): Promise<PlacedWeights> {
  const wanted = listWeights(graph);
  const derived = wanted.filter(({ source }) => source.form !== undefined || !tensorOf(model, source.name).isInPlace);
  const isInline = countBytes(derived) <= mostInlineBytes;
  const { block, places } = await readBlock(isInline ? derived : wanted, model);
  const find: PlacedWeights['find'] = (name, form) => {
    const place = places.get(keyOf(name, form));
    if (place === undefined) {
      const { path, byteOffset, byteLength } = tensorOf(model, name);
      return { location: basename(path), byteOffset, byteLength };
    }
    return isInline ? { bytes: block.subarray(place.byteOffset, place.byteOffset + place.byteLength) } : { location: blockName, ...place };
  };
  return { find, externalData: isInline ? [] : [{ path: blockName, data: block }] };
}

interface WantedWeight {
  source: WeightSource;
  byteLength: number;
}

/** The weights that a graph reads, each form once. */
function listWeights(graph: Graph): WantedWeight[] {
  const byKey = new Map<string, WantedWeight>();
  for (const id of findUsedValues(graph)) {
    const value = valueOf(graph, id);
    const { source } = value;
    if (source.kind === 'weight') byKey.set(keyOf(source.name, source.form), { source, byteLength: bytesOfValue(value) });
  }
  return [...byKey.values()];
}

interface Block {
  block: Uint8Array;
  places: ReadonlyMap<string, { byteOffset: number; byteLength: number }>;
}

async function readBlock(weights: readonly WantedWeight[], model: BaseModel): Promise<Block> {
  const block = new Uint8Array(countBytes(weights));
  const places = new Map<string, { byteOffset: number; byteLength: number }>();
  const byName = new Map<string, WantedWeight[]>();
  for (const weight of weights) byName.set(weight.source.name, [...(byName.get(weight.source.name) ?? []), weight]);
  let end = 0;
  for (const [name, parts] of byName) {
    const derive = createDerivation(await model.readTensor(name));
    for (const { source, byteLength } of parts) {
      block.set(derive(source.form), end);
      places.set(keyOf(name, source.form), { byteOffset: end, byteLength });
      end += byteLength;
    }
  }
  return { block, places };
}

/** Makes the forms of one tensor; a matrix is quantised once for all of its parts. */
function createDerivation(values: Float32Array): (form: WeightForm | undefined) => Uint8Array {
  let quantised: QuantisedMatrix | undefined;
  return (form) => {
    if (form === undefined) return bytesOf(values);
    if (form.kind === 'float16') return bytesOf(encodeHalves(values));
    const [rows, columns] = form.matrix;
    quantised ??= quantiseMatrix(values, { rows, columns, bits: form.bits, block: form.block });
    return form.kind === 'levels' ? packLevels(quantised, form.transposed) : bytesOf(packScales(quantised, form));
  };
}

function tensorOf(model: BaseModel, name: string): ViTTensor {
  const tensor = model.tensors.get(name);
  if (tensor === undefined) throw new AppError('BAD_MODEL', `${model.weightsPath}: expected a tensor "${name}", found none.`);
  return tensor;
}

function countBytes(weights: readonly WantedWeight[]): number {
  return weights.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function keyOf(name: string, form: WeightForm | undefined): string {
  return JSON.stringify([name, form]);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
