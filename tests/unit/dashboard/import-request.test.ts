import assert from 'node:assert/strict';
import { checkImport, emptyImport, suggestName } from '../../../apps/dashboard/src/features/datasets/api/import-request.js';

describe('import request', () => {
  it("suggests a dataset's name from its folder", () => {
    assert.equal(suggestName('/data/APTOS 2019 (blindness)/'), 'aptos-2019-blindness');
    assert.equal(suggestName('C:\\images\\Messidor_2'), 'messidor_2');
    assert.equal(suggestName(''), '');
  });

  it('turns the share from percent into a part of one', () => {
    const { body } = checkImport({ ...emptyImport, path: ' /data/aptos ', name: 'aptos', holdoutPercent: '12,5', seed: '7' });
    assert.deepEqual(body, { name: 'aptos', source: { kind: 'path', uri: '/data/aptos' }, split: { kind: 'stratified', holdout: 0.125, seed: 7 } });
  });

  it('asks for the file of a list', () => {
    assert.deepEqual(checkImport({ ...emptyImport, path: '/d', name: 'd', splitKind: 'list', file: '/d/h.csv' }).body?.split, { kind: 'list', file: '/d/h.csv' });
    assert.deepEqual(Object.keys(checkImport({ ...emptyImport, path: '/d', name: 'd', splitKind: 'list' }).errors ?? {}), ['file']);
  });

  it('names every field that is wrong', () => {
    assert.deepEqual(Object.keys(checkImport({ ...emptyImport, holdoutPercent: '100', seed: 'x' }).errors ?? {}).sort(), ['holdoutPercent', 'name', 'path', 'seed']);
  });
});
