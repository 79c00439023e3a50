import assert from 'node:assert/strict';
import { createModelSchema, formatModelSource, parseModelSource, type ModelSource } from '@eyegazer/core';

const right: [line: string, source: ModelSource, formatted?: string][] = [
  ['/models/vit', { kind: 'path', uri: '/models/vit' }, '/models/vit'],
  ['C:\\models\\vit', { kind: 'path', uri: 'C:\\models\\vit' }, 'C:\\models\\vit'],
  ['s3://models/vit/large/', { kind: 's3', uri: 's3://models/vit/large' }, 's3://models/vit/large'],
  ['s3://models', { kind: 's3', uri: 's3://models' }, 's3://models'],
  [' google/vit-base-patch16-224 ', { kind: 'hub', id: 'google/vit-base-patch16-224', revision: 'main' }, 'hub:google/vit-base-patch16-224@main'],
  ['google/vit@refs/pr/3', { kind: 'hub', id: 'google/vit', revision: 'refs/pr/3' }, 'hub:google/vit@refs/pr/3'],
  ['hub:google/vit@0123abc', { kind: 'hub', id: 'google/vit', revision: '0123abc' }, 'hub:google/vit@0123abc'],
];
const wrong = ['', 'vit', 'a/b/c', '../vit', './vit', 'a/..', 'a b/c', 'hub:', 'hub:vit', 'google/vit@', 'google/vit@../x', 'google/vit@a@b', 's3://', 's3://B/x', 's3://models/../x', 's3://models//x', 's3://models/a b', 'https://huggingface.co/google/vit'];

describe('where a base model comes from', () => {
  it('is read from one line, and written back to one that reads the same', () => {
    for (const [line, source, formatted] of right) {
      assert.deepEqual(parseModelSource(line, 'model.base'), source, line);
      assert.equal(formatModelSource(source), formatted);
      assert.deepEqual(parseModelSource(formatModelSource(source), 'model.base'), source);
    }
  });

  it('is refused where it is nothing of the kind, with what was expected', () => {
    for (const line of wrong) assert.throws(() => parseModelSource(line, 'model.base'), { code: 'BAD_REQUEST', path: 'model.base', message: /^model\.base: expected / }, line);
  });

  it('comes in requests as an object, whose revision may be left out', () => {
    assert.deepEqual(createModelSchema.parse({ source: { kind: 'hub', id: 'a/b' } }), { source: { kind: 'hub', id: 'a/b', revision: 'main' } });
    for (const source of [{ kind: 'hub', uri: '/a' }, { kind: 's3', uri: '/a' }, { kind: 'git', uri: 'x' }, { kind: 'hub', id: 'a/b', token: 'x' }]) assert.equal(createModelSchema.safeParse({ source }).success, false);
  });
});
