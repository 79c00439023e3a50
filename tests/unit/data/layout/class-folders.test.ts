import assert from 'node:assert/strict';
import { find, labelsOf, problemsOf, refuses, splitsOf } from './found.js';

describe('readLayout: class folders', () => {
  it('takes folder names as classes in natural order', async () => {
    const found = await find({ 'grade 10/x.png': '', 'grade 2/y.jpg': '', 'grade 2/deeper/z.webp': '', 'Grade/w.tif': '', 'README.md': '' });
    assert.deepEqual([found.layout, found.labels, found.numeric], ['classFolders', ['Grade', 'grade 2', 'grade 10'], false]);
    assert.deepEqual(labelsOf(found), { w: 'Grade', x: 'grade 10', y: 'grade 2', z: 'grade 2' });
    assert.deepEqual(splitsOf(found), { w: null, x: null, y: null, z: null });
  });

  it('reads splits by every name they have; test images without class are to be predicted', async () => {
    for (const name of ['validation', 'val', 'valid', 'dev', 'test']) {
      const found = await find({ 'train/no/a.png': '', 'train/yes/b.png': '', [`${name}/no/c.png`]: '', [`${name.toUpperCase()}/yes/d.png`]: '' });
      assert.deepEqual(splitsOf(found), { a: 'train', b: 'train', c: 'eval', d: 'eval' }, name);
      assert.deepEqual(labelsOf(found), { a: 'no', b: 'yes', c: 'no', d: 'yes' });
    }
    const found = await find({ 'train/no/a.png': '', 'train/yes/b.png': '', 'test/c.png': '', 'train/d.png': '', 'more/e.png': '' });
    assert.deepEqual([labelsOf(found)['c'], splitsOf(found)['c']], [null, 'predict']);
    assert.deepEqual(problemsOf(found), { 'train/d.png': 'unlabelled-image', 'more/e.png': 'unlabelled-image' });
  });

  it('keeps the value of folders that are all whole numbers; a missing one is an empty class', async () => {
    const found = await find({ '0/a.png': '', '1/b.png': '', '3/c.png': '' });
    assert.deepEqual([found.labels, found.numeric], [['0', '1', '2', '3'], true]);
    assert.deepEqual(labelsOf(found), { a: '0', b: '1', c: '3' });
    assert.deepEqual(found.problems.map(({ kind, name }) => [kind, name]), [['empty-class', '2']]);
    assert.deepEqual((await find({ '2019/a.png': '', '2020/b.png': '' })).labels, ['2019', '2020']);
    assert.deepEqual((await find({ '1/a.png': '', 'two/b.png': '' })).labels, ['1', 'two']);
  });

  it('puts the folders before a name that several files have, so that ids are unique and the same in any order', async () => {
    const files = { 'cat/0001.png': '', 'dog/0001.png': '', 'dog/0002.png': '', 'dog/0002.jpg': '' };
    const found = await find(files);
    assert.deepEqual(labelsOf(found), { cat__0001: 'cat', dog__0001: 'dog', dog__0002: 'dog' });
    assert.deepEqual(problemsOf(found), { dog__0002: 'duplicate-id' });
    assert.deepEqual(labelsOf(await find(Object.fromEntries(Object.entries(files).reverse()))), labelsOf(found));
  });

  it('lists images that it does not read, and those in no class', async () => {
    const found = await find({ 'a/1.png': '', 'b/2.png': '', 'b/3.heic': '', 'c/4.gif': '', '5.png': '' });
    assert.deepEqual(problemsOf(found), { 'b/3.heic': 'ignored-file', 'c/4.gif': 'ignored-file', '5.png': 'unlabelled-image' });
  });

  it('says what was found and what would be known, when nothing fits', async () => {
    const known = /found images\/ \(1 files\), notes\.txt, 1 images in all\. Expected one of\n- class folders: .*\n- Hugging Face imagefolder: .*\n- Hugging Face parquet: .*\n- Kaggle APTOS: .*\nor a CSV/;
    await refuses({ 'images/a.png': '', 'notes.txt': '' }, { message: known });
    await refuses({}, { message: /the upload holds no dataset.*found nothing, 0 images/ });
    await refuses({ 'labels.csv': 'a,b\n1,2\n', 'images/a.png': '' }, { message: /found images\/ \(1 files\), labels\.csv/ });
  });
});
