import assert from 'node:assert/strict';
import { curationSchema } from '@eyegazer/core';
import {
  checkCuration, chooseHealthyOrNot, createCurationDraft, keyOf, leaveOutClasses, leftOutLabels, mergeClasses, moveClass, parseIds, renameClass, splitClass, takeBack, type CurationDraft,
} from '../../../apps/dashboard/src/features/datasets/api/curation-draft.js';

const labels = ['0', '1', '2', '3', '4'];
const draft = createCurationDraft(curationSchema.parse({}), labels);
const classesOf = ({ classes }: CurationDraft): string[] => classes.map(({ name, labels: theirs }) => `${name}: ${theirs.join(' ')}`);

describe('curation draft', () => {
  it('begins with a class of every label, and says so by null', () => {
    assert.deepEqual(classesOf(draft), ['0: 0', '1: 1', '2: 2', '3: 3', '4: 4']);
    assert.deepEqual(checkCuration(draft, labels), { curation: curationSchema.parse({}), errors: null });
  });

  it('gives back the choices that it was made from', () => {
    const splits = [{ kind: 'stratified', holdout: 0.125, seed: 7 }, { kind: 'kfold', folds: 4, fold: 3, seed: 1 }, { kind: 'given' }, { kind: 'ids', ids: ['a b', 'c'] }, { kind: 'list', file: '/h.csv' }];
    for (const split of splits) {
      const chosen = curationSchema.parse({ classes: [{ name: 'no', labels: ['0', '1'] }, { name: 'yes', labels: ['3'] }], ordinal: false, duplicates: 'keepOne', conflicts: 'dropGroup', split });
      assert.deepEqual(checkCuration(createCurationDraft(chosen, labels), labels).curation, chosen);
    }
  });

  it('forgets labels that are there no more', () => {
    const chosen = curationSchema.parse({ classes: [{ name: 'a', labels: ['0', 'gone'] }, { name: 'b', labels: ['1'] }, { name: 'c', labels: ['gone too'] }] });
    assert.deepEqual(classesOf(createCurationDraft(chosen, labels)), ['a: 0', 'b: 1']);
  });

  it('merges where the first stands, and takes apart again', () => {
    const merged = mergeClasses(draft, new Set(['3', '1']));
    assert.deepEqual(classesOf(merged), ['0: 0', '1 + 3: 1 3', '2: 2', '4: 4']);
    assert.deepEqual(classesOf(splitClass(merged, '1')), ['0: 0', '1: 1', '3: 3', '2: 2', '4: 4']);
    assert.equal(mergeClasses(draft, new Set(['1'])), draft);
  });

  it('makes two of all with one press, also of labels that were left out', () => {
    const some = leaveOutClasses(draft, new Set(['4']));
    assert.deepEqual(classesOf(chooseHealthyOrNot(some, labels)), ['healthy: 0', 'not healthy: 1 2 3 4']);
  });

  it('leaves labels out and takes them back to their place', () => {
    const left = leaveOutClasses(draft, new Set(['1', '4']));
    assert.deepEqual(leftOutLabels(left, labels), ['1', '4']);
    assert.deepEqual(classesOf(takeBack(left, '1', labels)), ['0: 0', '1: 1', '2: 2', '3: 3']);
    assert.deepEqual(classesOf(takeBack(left, '4', labels)), ['0: 0', '2: 2', '3: 3', '4: 4']);
    assert.deepEqual(checkCuration(left, labels).curation?.classes?.map(({ name }) => name), ['0', '2', '3']);
  });

  it('moves a class, but not past an end', () => {
    assert.deepEqual(moveClass(draft, '2', -1).classes.map(keyOf), ['0', '2', '1', '3', '4']);
    assert.equal(moveClass(draft, '0', -1), draft);
    assert.equal(moveClass(draft, '4', 1), draft);
  });

  it('names what is wrong', () => {
    assert.match(checkCuration(renameClass(draft, '2', ' 1 '), labels).errors?.classes ?? '', /Two classes have the name “1”/);
    assert.match(checkCuration(renameClass(draft, '2', ''), labels).errors?.classes ?? '', /needs a name/);
    assert.match(checkCuration(leaveOutClasses(draft, new Set(['1', '2', '3', '4'])), labels).errors?.classes ?? '', /at least two/);
    const wrong: [Partial<CurationDraft>, string][] = [
      [{ holdoutPercent: '100' }, 'holdoutPercent'],
      [{ seed: '-1' }, 'seed'],
      [{ splitKind: 'kfold', folds: '1' }, 'folds'],
      [{ splitKind: 'ids', ids: ' \n' }, 'ids'],
      [{ splitKind: 'list', listFile: ' ' }, 'listFile'],
    ];
    for (const [changes, field] of wrong) assert.deepEqual(Object.keys(checkCuration({ ...draft, ...changes }, labels).errors ?? {}), [field]);
  });

  it('reads ids line by line, out of the first column, or out of one line', () => {
    assert.deepEqual(parseIds('a b\r\n"c"\n\nd\na b'), ['a b', 'c', 'd']);
    assert.deepEqual(parseIds('a,1\nb,2\n'), ['a', 'b']);
    assert.deepEqual(parseIds('a, b;c\td'), ['a', 'b', 'c', 'd']);
  });
});
