/** The contract as an OpenAPI 3.1 document: a pure function of the table of operations. */
import { experimentConfigInputSchema } from '../../config/experiment-config.js';
import type { OperationRole } from '../../access/roles.js';
import { isBinary, pathParams, requestHeaders, type Content, type Operation } from '../operation.js';
import { operations } from '../operations.js';
import { tags } from '../tags.js';
import { configExamples } from './config-examples.js';
import { answerSchemas, bodySchemas } from './named-schemas.js';
import { createSchemaBook, writeQuery, type JsonSchema, type SchemaBook } from './schema-book.js';
import { apiDescription, errorText, headerTexts, pathTexts, securitySchemes, statusTexts } from './texts.js';

export interface OpenApiOptions {
  version: string;
  /** Where the API is; `/` for where the document came from. */
  serverUrl: string;
}

/** The parts of an OpenAPI document that this one has. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: Record<string, unknown>;
  servers: { url: string }[];
  security: Record<string, string[]>[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: Record<'schemas' | 'responses' | 'parameters' | 'headers' | 'securitySchemes', Record<string, unknown>>;
}

export interface OpenApiOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security?: Record<string, string[]>[];
  parameters: unknown[];
  requestBody?: { required: boolean; content: Record<string, unknown> };
  responses: Record<string, OpenApiResponse | { $ref: string }>;
}

export interface OpenApiResponse {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema?: JsonSchema }>;
}

export function createOpenApi({ version, serverUrl }: OpenApiOptions): OpenApiDocument {
  const books = { answers: createSchemaBook('output', answerSchemas), bodies: createSchemaBook('input', bodySchemas) };
  const paths: OpenApiDocument['paths'] = {};
  for (const [id, operation] of Object.entries<Operation>(operations)) {
    const path = formatTemplate(operation.path);
    paths[path] = { ...paths[path], [operation.method]: writeOperation(id, operation, books) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Eyegazer', version, description: apiDescription, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: serverUrl }],
    security: [{ token: [] }, { session: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { ...books.answers.write(), ...books.bodies.write() },
      responses: {
        Error: {
          description: errorText,
          headers: { 'X-Request-Id': refTo('headers', 'X-Request-Id'), 'Retry-After': refTo('headers', 'Retry-After') },
          content: { 'application/json': { schema: refTo('schemas', 'Error') } },
        },
      },
      parameters: Object.fromEntries(requestHeaders.map((name) => [name, { name, in: 'header', ...headerTexts[name] }])),
      headers: {
        'X-Request-Id': { description: "Names this request in the server's log.", schema: { type: 'string' } },
        'Retry-After': { description: 'With 429: seconds to wait.', schema: { type: 'integer', minimum: 0 } },
        ETag: { description: 'Names these bytes.', schema: { type: 'string' } },
        'Content-Range': { description: 'Which bytes of how many these are.', schema: { type: 'string' } },
        Location: { description: 'Where it is: what was begun, or the bytes for a few minutes.', schema: { type: 'string', format: 'uri-reference' } },
        'Tus-Resumable': headerTexts['Tus-Resumable'],
        'Upload-Offset': { description: 'Bytes that are here.', schema: { type: 'integer', minimum: 0 } },
      },
      securitySchemes,
    },
  };
}

/** `/api/experiments/{id}` of Express's `/api/experiments/:id`. */
function formatTemplate(path: string): string {
  return path.replace(/[:*]([A-Za-z]+)/g, '{$1}');
}

function writeOperation(id: string, operation: Operation, books: { answers: SchemaBook; bodies: SchemaBook }): OpenApiOperation {
  const { body, tag, summary, role } = operation;
  const name = id.charAt(0).toUpperCase() + id.slice(1);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [operation.description, roleTexts[role]].filter((text) => text !== undefined).join('\n\n'),
    ...(role === 'none' ? { security: [] } : {}),
    parameters: [
      ...pathParams(operation.path).map((param) => ({ name: param.name, in: 'path', required: true, description: pathTexts[param.name], schema: { type: 'string' } })),
      ...(operation.query === undefined ? [] : writeQuery(operation.query)).map(writeQueryParameter),
      ...(operation.headers ?? []).map((header) => refTo('parameters', header)),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: writeBody(body, `${name}Body`, books.bodies) } }),
    responses: {
      ...Object.fromEntries(Object.entries(operation.answers).map(([status, content]) => [status, writeAnswer({ status: Number(status), content, name: `${name}Answer`, operation, book: books.answers })])),
      default: refTo('responses', 'Error'),
    },
  };
}

const roleTexts: Readonly<Record<OperationRole, string>> = {
  none: 'For everybody, without a token.',
  session: 'For everybody with a token, workers too.',
  viewer: 'For viewers.',
  member: 'For members.',
  admin: 'For admins.',
};

function writeQueryParameter({ name, required, schema: { description, ...schema } }: { name: string; required: boolean; schema: JsonSchema }): unknown {
  return { name, in: 'query', required, ...(description === undefined ? {} : { description }), schema };
}

function writeBody(body: Exclude<Content, null>, name: string, book: SchemaBook): Record<string, unknown> {
  if (isBinary(body)) return Object.fromEntries(body.mediaTypes.map((type) => [type, {}]));
  return { 'application/json': { schema: book.refer(body, name), ...(body === experimentConfigInputSchema ? { examples: configExamples } : {}) } };
}

function writeAnswer({ status, content, name, operation, book }: { status: number; content: Content; name: string; operation: Operation; book: SchemaBook }): OpenApiResponse {
  const tells = {
    ETag: (operation.headers?.includes('If-None-Match') ?? false) && [200, 206, 304, 416].includes(status),
    'Content-Range': status === 206 || status === 416,
    Location: status === 302,
  };
  const headers = ['X-Request-Id', ...Object.entries(tells).filter(([, told]) => told).map(([header]) => header), ...(operation.answerHeaders ?? [])];
  const schema = content === null || isBinary(content) ? undefined : book.refer(content, name);
  return {
    description: statusTexts[status] ?? '',
    headers: Object.fromEntries(headers.map((header) => [header, refTo('headers', header)])),
    ...(isBinary(content) ? { content: Object.fromEntries(content.mediaTypes.map((type) => [type, {}])) } : {}),
    // Whatever else stands in an operation's way may say so with the same status.
    ...(schema === undefined ? {} : { content: { 'application/json': { schema: status < 400 ? schema : { anyOf: [schema, refTo('schemas', 'Error')] } } } }),
  };
}

function refTo(kind: string, name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` };
}
