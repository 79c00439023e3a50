import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { configExamples, createOpenApi, errorCodes, operations, parseExperimentConfig, type Operation } from '@eyegazer/core';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const document = createOpenApi({ version: '1.2.3', serverUrl: 'https://eyes.example' });
const allOperations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));

/** Every value of a key, anywhere in a tree. */
function valuesOf(key: string, tree: unknown): unknown[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) => [...(name === key ? [value] : []), ...valuesOf(key, value)]);
}

describe('OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
    assert.ok(valid, JSON.stringify(errors, null, 1));
    assert.equal(validator.version, '3.1');
  });

  it('says where the API is and of which version it is', () => {
    assert.deepEqual(document.servers, [{ url: 'https://eyes.example' }]);
    assert.equal(document.info['version'], '1.2.3');
  });

  it('holds every operation of the contract once, by its id, method and path', () => {
    const expected = Object.entries<Operation>(operations).map(([id, { method, path }]) => `${id} ${method} ${path.replaceAll(/[:*](\w+)/g, '{$1}')}`);
    assert.deepEqual(allOperations.map(({ path, method, operation }) => `${operation.operationId} ${method} ${path}`).sort(), expected.sort());
    assert.equal(new Set(allOperations.map(({ operation }) => operation.operationId)).size, allOperations.length);
  });

  it('refers to nothing that is not in it, and from everywhere to the same schemas', () => {
    const refs = valuesOf('$ref', document).map(String);
    for (const ref of refs) {
      const found = ref.split('/').slice(1).reduce<unknown>((tree, part) => (tree as Record<string, unknown> | undefined)?.[part], document);
      assert.ok(ref.startsWith('#/') && found !== undefined, ref);
    }
    assert.deepEqual(valuesOf('$id', document), []);
    assert.ok(refs.filter((ref) => ref === '#/components/schemas/ExperimentConfig').length >= 2);
    assert.ok(JSON.stringify(document).length < 150_000, 'a schema is inlined again and again');
  });

  it('declares every parameter of a path, and no other', () => {
    for (const { path, operation } of allOperations) {
      const declared = (operation.parameters as { in?: string; name?: string }[]).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      assert.deepEqual(declared, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name), path);
    }
  });

  it('asks for a token everywhere but where the contract asks nobody', () => {
    const open = allOperations.filter(({ operation }) => operation.security?.length === 0).map(({ operation }) => operation.operationId);
    assert.deepEqual(open.sort(), Object.entries<Operation>(operations).filter(([, { role }]) => role === 'none').map(([id]) => id).sort());
    assert.ok(document.security.length > 0);
  });

  it('names every error code with its status', () => {
    const { description } = document.components.responses['Error'] as { description: string };
    for (const [code, { http }] of Object.entries(errorCodes)) assert.ok(description.includes(`| \`${code}\` | ${http} |`), code);
    for (const { operation } of allOperations) assert.deepEqual(operation.responses['default'], { $ref: '#/components/responses/Error' });
  });

  it('shows configs that are accepted, by its own schema and by the parser', () => {
    const ajv = addFormats.default(new Ajv.default({ strict: false }));
    ajv.addSchema(document, 'document');
    const validate = ajv.getSchema('document#/components/schemas/ExperimentConfigInput');
    assert.ok(validate);
    const examples = Object.values(configExamples);
    assert.ok(examples.length >= 3);
    for (const { value } of examples) {
      assert.ok(validate(value), JSON.stringify(validate.errors));
      parseExperimentConfig(value);
    }
    assert.equal(validate({ dataset: 'aptos', adapter: { r: 0 } }), false);
    assert.equal(validate({ dataset: 'aptos', epochs: 3 }), false);
  });

  it('has defaults where they are filled in: optional to send, always answered', () => {
    const schemas = document.components.schemas as Record<string, { required?: string[] }>;
    assert.deepEqual(schemas['ExperimentConfigInput']?.required, ['dataset']);
    assert.ok(schemas['ExperimentConfig']?.required?.includes('training'));
  });
});
