import assert from 'node:assert/strict';
import { formatReference, parseReference } from '../../../apps/dashboard/src/features/new-experiment/api/dataset-reference.js';

describe('dataset reference', () => {
  it('is a name, or a name and a version', () => {
    assert.deepEqual(parseReference('aptos'), { name: 'aptos', version: null });
    assert.deepEqual(parseReference('aptos@12'), { name: 'aptos', version: 12 });
    assert.deepEqual(parseReference(''), { name: '', version: null });
    for (const text of ['aptos', 'aptos@12', '']) assert.equal(formatReference(parseReference(text)), text);
  });
});
