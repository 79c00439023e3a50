/** Holds every answer of a test against the OpenAPI document: its status, its content type, its body. */
import assert from 'node:assert/strict';
import { createOpenApi, operations, type OpenApiOperation, type OpenApiResponse, type OperationId } from '@eyegazer/core';
import Ajv, { type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export interface Exchange {
  method: string;
  /** Path with its query. */
  target: string;
  requestBody?: string | undefined;
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, text otherwise. */
  body: unknown;
}

/** The document that answers are held against. */
export const document = createOpenApi({ version: '0.0.0', serverUrl: '/' });

const ajv = addFormats.default(new Ajv.default({ strict: false, allErrors: true }));
ajv.addSchema(document, 'document');
const compiled = new Map<string, ValidateFunction>();

/** `submitExperiment 201` of every answer that was held against the document. */
export const exercised = new Set<string>();

/** Every `operationId status` that the document describes. */
export function describedAnswers(): string[] {
  return Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ operationId, responses }) => Object.keys(responses).filter((status) => status !== 'default').map((status) => `${operationId} ${status}`)),
  );
}

/** @throws AssertionError naming the operation and what the document does not say */
export function checkExchange(exchange: Exchange): void {
  const [path = '', query = ''] = exchange.target.split('?');
  if (!path.startsWith('/api/') && path !== '/metrics') return;
  const what = `${exchange.method} ${exchange.target} answered ${exchange.status}`;
  const operation = findOperation(exchange.method.toLowerCase(), path);
  if (!operation) {
    assert.ok(exchange.status >= 400, `${what}, but the document has no such operation`);
    return assertFits({ schema: { $ref: '#/components/schemas/Error' } }, exchange.body, what);
  }
  const described = operation.responses[exchange.status] ?? (exchange.status >= 400 ? operation.responses['default'] : undefined);
  assert.ok(described, `${what}, which the document does not say of ${operation.operationId}`);
  const response = resolve<OpenApiResponse>(described);
  assert.ok(exchange.headers.get('x-request-id'), `${what} without X-Request-Id`);
  for (const header of Object.keys(response.headers ?? {}).filter((name) => name !== 'Retry-After')) assert.ok(exchange.headers.has(header), `${what} without ${header}`);

  const type = exchange.headers.get('content-type')?.split(';')[0];
  if (response.content === undefined) {
    assert.ok(exchange.body === '' || exchange.body === undefined, `${what} with a body, which the document does not say`);
  } else {
    const media = response.content[type ?? ''];
    assert.ok(media, `${what} with ${type}; the document says ${Object.keys(response.content).join(' or ')}`);
    assertFits(media, exchange.body, what);
  }
  if (exchange.status < 300) {
    const known = operation.parameters.map((parameter) => resolve<{ in: string; name: string }>(parameter)).filter((parameter) => parameter.in === 'query');
    for (const name of new URLSearchParams(query).keys()) assert.ok(known.some((parameter) => parameter.name === name), `${what}; the document has no query key ${name}`);
    const media = operation.requestBody?.content['application/json'] as { schema: object } | undefined;
    if (media) assertFits(media, JSON.parse(exchange.requestBody ?? 'null'), `${what} to a body that the document refuses`);
  }
  exercised.add(`${operation.operationId} ${exchange.status}`);
}

/** A path without parameters goes before one with them, as `bundle.zip` before an artifact's name. */
function findOperation(method: string, path: string): OpenApiOperation | undefined {
  const fitting = Object.values(document.paths)
    .flatMap((methods) => methods[method] ?? [])
    .filter(({ operationId }) => patternOf(operations[operationId as OperationId].path).test(path))
    .sort((a, b) => a.parameters.length - b.parameters.length);
  return fitting[0];
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\*\w+/g, '.+').replaceAll(/:\w+/g, '[^/]+')}/?$`);
}

function assertFits(media: { schema?: object }, value: unknown, what: string): void {
  if (!media.schema) return;
  const key = JSON.stringify(media.schema).replaceAll('"#/', '"document#/');
  const validate = compiled.get(key) ?? ajv.compile(JSON.parse(key) as object);
  compiled.set(key, validate);
  assert.ok(validate(value), `${what}, whose body is not as the document says: ${ajv.errorsText(validate.errors, { dataVar: 'body' })}`);
}

function resolve<T>(node: unknown): T {
  if (typeof node !== 'object' || node === null || !('$ref' in node)) return node as T;
  return String(node.$ref).split('/').slice(1).reduce<unknown>((tree, part) => (tree as Record<string, unknown>)[part], document) as T;
}
