import type { SchemaElement } from 'hyparquet';

export type ParquetKind = 'integer' | 'float' | 'string' | 'boolean' | 'bytes' | 'other';

/** A column that holds values; the columns of a struct are several. */
export interface ParquetLeaf {
  /** From the top: `['image', 'bytes']`. */
  readonly path: readonly string[];
  /** `other` is what this reader does not read: lists, times, decimals. */
  readonly kind: ParquetKind;
}

export interface LeafElements extends ParquetLeaf {
  /** The schema's elements from below the root down to the leaf. */
  readonly elements: readonly SchemaElement[];
}

const deepest = 32;

/** The leaves of a schema in their order, which is also that of a row group's column chunks. @throws RangeError when the schema is no tree */
export function findLeaves(schema: readonly SchemaElement[]): LeafElements[] {
  const leaves: LeafElements[] = [];
  let at = 1;
  const walk = (parents: readonly SchemaElement[], count: number): void => {
    if (parents.length > deepest) throw new RangeError(`a schema of more than ${deepest} levels`);
    for (let i = 0; i < count; i++) {
      const element = schema[at++];
      if (element === undefined) throw new RangeError('a schema that ends early');
      const elements = [...parents, element];
      if (element.num_children) walk(elements, element.num_children);
      else leaves.push({ path: elements.map(({ name }) => name), kind: kindOf(elements), elements });
    }
  };
  walk([], schema[0]?.num_children ?? 0);
  if (at !== schema.length) throw new RangeError('a schema with elements that belong to nothing');
  return leaves;
}

function kindOf(elements: readonly SchemaElement[]): ParquetKind {
  const leaf = elements.at(-1);
  if (leaf === undefined || elements.some(({ repetition_type }) => repetition_type === 'REPEATED')) return 'other';
  const { type, converted_type: converted, logical_type: logical } = leaf;
  const plain = converted === undefined && logical === undefined;
  switch (type) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INT32':
    case 'INT64':
      return plain || logical?.type === 'INTEGER' || /^U?INT_\d+$/.test(converted ?? '') ? 'integer' : 'other';
    case 'FLOAT':
    case 'DOUBLE':
      return 'float';
    case 'BYTE_ARRAY':
      if (plain) return 'bytes';
      return converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM' ? 'string' : 'other';
    default:
      return 'other';
  }
}
