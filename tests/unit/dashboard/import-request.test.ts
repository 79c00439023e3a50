import assert from 'node:assert/strict';
import { checkImport, draftOfRequest, emptyImport, suggestName, type ImportDraft } from '../../../apps/dashboard/src/features/datasets/api/import-request.js';

describe('import request', () => {
  const folder: ImportDraft = { ...emptyImport, kind: 'path', path: '/d', name: 'd' };
  const errorsOf = (draft: ImportDraft): string[] => Object.keys(checkImport(draft).errors ?? {}).sort();

  it("suggests a dataset's name from its folder or its zip file", () => {
    assert.equal(suggestName('/data/APTOS 2019 (blindness)/'), 'aptos-2019-blindness');
    assert.equal(suggestName('C:\\images\\Messidor_2.ZIP'), 'messidor_2');
    assert.equal(suggestName('s3://images/2019/eyes'), 'eyes');
    assert.equal(suggestName(''), '');
  });

  it('turns the share from percent into a part of one', () => {
    const { body } = checkImport({ ...folder, path: ' /data/aptos ', holdoutPercent: '12,5', seed: '7' });
    assert.deepEqual([body?.source, body?.split, body?.columns], [{ kind: 'path', uri: '/data/aptos' }, { kind: 'stratified', holdout: 0.125, seed: 7 }, {}]);
  });

  it('sends only the columns that were named', () => {
    assert.deepEqual(checkImport({ ...folder, columns: { ...emptyImport.columns, label: ' grade ', group: 'patient' } }).body?.columns, { label: 'grade', group: 'patient' });
  });

  it('asks for the file of a list', () => {
    assert.deepEqual(checkImport({ ...folder, splitKind: 'list', listFile: '/d/h.csv' }).body?.split, { kind: 'list', file: '/d/h.csv' });
    assert.deepEqual(errorsOf({ ...folder, splitKind: 'list' }), ['listFile']);
  });

  it('names every field that is wrong', () => {
    assert.deepEqual(errorsOf({ ...folder, path: ' ', name: '', holdoutPercent: '100', seed: 'x' }), ['holdoutPercent', 'name', 'path', 'seed']);
    assert.deepEqual(errorsOf({ ...folder, kind: 's3', bucket: 'images/eyes' }), ['bucket']);
    assert.deepEqual(errorsOf({ ...emptyImport, name: 'd' }), ['file']);
    assert.match(checkImport({ ...emptyImport, name: 'd', file: new File([], 'eyes.rar') }).errors?.file ?? '', /Expected a zip file, got eyes\.rar/);
    assert.equal(checkImport({ ...emptyImport, name: 'd', file: new File([], 'eyes.ZIP') }).errors, null);
  });

  it('begins again with what was asked for before', () => {
    for (const draft of [folder, { ...folder, splitKind: 'given' } as const, { ...folder, kind: 's3', bucket: 's3://fundus/p', splitKind: 'list', listFile: 'h.csv', columns: { ...emptyImport.columns, image: 'file' } } as const]) {
      const { body } = checkImport(draft);
      assert.ok(body);
      assert.deepEqual(checkImport(draftOfRequest(body)).body, body);
    }
  });
});
