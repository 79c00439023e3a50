import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Schemas by name, all of what is answered (`output`) or all of what is sent (`input`). */
export interface SchemaBook {
  /** A reference to the schema, which gets `name` unless it has one already. */
  refer(schema: z.ZodType, name: string): { $ref: string };
  /** Every schema that was named, for `#/components/schemas`. */
  write(): Record<string, JsonSchema>;
}

const refTo = (name: string): string => `#/components/schemas/${name}`;

export function createSchemaBook(io: 'input' | 'output', named: Readonly<Record<string, z.ZodType>>): SchemaBook {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  return {
    refer(schema, name) {
      if (!registry.has(schema)) registry.add(schema, { id: name });
      return { $ref: refTo(registry.get(schema)?.id ?? name) };
    },
    write() {
      const { schemas } = z.toJSONSchema(registry, { io, uri: refTo, override: tidy });
      // The names say where they are: an $id of its own would make every $ref relative to it.
      return Object.fromEntries(Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema as JsonSchema]));
    },
  };
}

/** The JSON Schema of each key of a query, and which of them must be given. */
export function writeQuery(query: z.ZodObject): { name: string; required: boolean; schema: JsonSchema }[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', override: tidy });
  return Object.entries(properties).map(([name, schema]) => ({ name, required: required.includes(name), schema: schema as JsonSchema }));
}

/** What every whole number and every time would say again: that it fits into a double, and how months and leap years go. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
  if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum'];
  if (jsonSchema['format'] === 'date-time') delete jsonSchema['pattern'];
}
