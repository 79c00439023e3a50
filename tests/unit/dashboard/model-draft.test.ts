import assert from 'node:assert/strict';
import { checkModel, emptyModel } from '../../../apps/dashboard/src/features/models/api/model-draft.js';

describe('the form that adds a base model', () => {
  it('makes the request of what is chosen, whatever else was typed', () => {
    const draft = { ...emptyModel, id: ' google/vit-base ', path: '/models/vit', bucket: 's3://models/vit/' };
    assert.deepEqual(checkModel(draft).body, { source: { kind: 'hub', id: 'google/vit-base', revision: 'main' } });
    assert.deepEqual(checkModel({ ...draft, revision: 'v1', name: ' vit ' }).body, { name: 'vit', source: { kind: 'hub', id: 'google/vit-base', revision: 'v1' } });
    assert.deepEqual(checkModel({ ...draft, kind: 'path' }).body, { source: { kind: 'path', uri: '/models/vit' } });
    assert.deepEqual(checkModel({ ...draft, kind: 's3' }).body, { source: { kind: 's3', uri: 's3://models/vit' } });
  });

  it('says at each field what it expects', () => {
    const wrong = (changes: Partial<typeof emptyModel>): string[] => Object.keys(checkModel({ ...emptyModel, ...changes }).errors ?? {});
    assert.deepEqual(wrong({}), ['id']);
    assert.deepEqual(wrong({ id: 'vit', revision: '..', name: 'a/b/c' }).sort(), ['id', 'name', 'revision']);
    assert.deepEqual(wrong({ kind: 'path' }), ['path']);
    assert.deepEqual(wrong({ kind: 's3', bucket: 'models/vit' }), ['bucket']);
  });
});
