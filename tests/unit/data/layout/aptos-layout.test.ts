import assert from 'node:assert/strict';
import { find, labelsOf, problemsOf, refuses, type Files } from './found.js';

const labels = { a1: '0', a2: '0', a3: '0', b1: '1.0', b2: '1', b3: '1.', c1: '2' };

function aptos(rows: Record<string, string> = labels, extra = ''): Files {
  return {
    'train.csv': `id_code,diagnosis\n${Object.entries(rows).map(([id, label]) => `${id},${label}\n`).join('')}${extra}`,
    ...Object.fromEntries(Object.keys(rows).map((id) => [`train_images/${id}.png`, `image ${id}`])),
  };
}

describe("readLayout: Kaggle's APTOS", () => {
  it('reads labels written as 1, 1.0 and 1. as class 1, with every image behind its id', async () => {
    const found = await find(aptos());
    assert.equal(found.layout, 'aptos');
    assert.deepEqual([found.labels, found.numeric, found.problems], [['0', '1', '2'], true, []]);
    assert.deepEqual(labelsOf(found), { a1: '0', a2: '0', a3: '0', b1: '1', b2: '1', b3: '1', c1: '2' });
    for (const { id, read, split, group } of found.images) {
      assert.equal(Buffer.from(await read()).toString(), `image ${id}`);
      assert.deepEqual([split, group], [null, null]);
    }
  });

  it('lists missing, unlabelled and double images and bad labels by name, with file and row, and goes on', async () => {
    const files = aptos(labels, 'a3,1\nd1,2.5\nd2,\nd3,-1\nd4,none\nd5,NaN\nd6,1000\nc2,2\ngone,1\n');
    for (const id of ['d1', 'd2', 'd3', 'd4', 'd5', 'd6']) files[`train_images/${id}.png`] = id;
    const found = await find({ ...files, 'train_images/c2.PNG': 'c2', 'train_images/stray.jpg': 'x', 'train_images/a1.webp': 'again', 'train_images/notes.txt': 'not looked at' });
    assert.deepEqual(problemsOf(found), {
      gone: 'missing-image',
      a3: 'duplicate-id',
      d1: 'bad-label',
      d2: 'bad-label',
      d3: 'bad-label',
      d4: 'bad-label',
      d5: 'bad-label',
      d6: 'bad-label',
      'train_images/stray.jpg': 'unlabelled-image',
      'train_images/a1.webp': 'duplicate-id',
    });
    assert.deepEqual(Object.keys(labelsOf(found)), ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2']);
    assert.equal(labelsOf(found)['a3'], '0');
    const message = (name: string): string => found.problems.find((problem) => problem.name === name)!.message;
    assert.match(message('d1'), /^train\.csv line 10: expected a label that is a whole number from 0 to 999, got "2\.5"\.$/);
    assert.match(message('d2'), /^train\.csv line 11: expected a label, got nothing\.$/);
    assert.match(message('gone'), /^train\.csv line 17: expected an image train_images\/gone\.png/);
  });

  it('takes test images as predict-only', async () => {
    const found = await find({ ...aptos(), 'test.csv': 'id_code\nt1\nt2\n', 'test_images/t1.png': 't' });
    assert.equal(labelsOf(found)['t1'], null);
    assert.deepEqual(problemsOf(found), { t2: 'missing-image' });
  });

  it('makes no path of an id that is no plain name', async () => {
    const bad = ['../../etc/passwd', '..', '/etc/hostname', 'train_images\\a1', 'é'.repeat(121)];
    const found = await find(aptos(labels, bad.map((id) => `${id},1\n`).join('')));
    assert.deepEqual(problemsOf(found), Object.fromEntries(bad.map((id) => [id, 'unsafe-path'])));
  });

  it('reads columns of other names, groups and splits, and lists columns that nothing reads', async () => {
    const files = { ...aptos(), 'train.csv': 'eye,level,patient,part,site\na1,0,p1,train,x\na2,1,p1,Validation,x\na3,1,,elsewhere,x\n' };
    await refuses(files, { message: /train\.csv: expected a column id_code, got eye, level, patient, part, site\. Name the column as columns\.image\./ });
    await refuses(files, { message: /expected a column diagnosis/, columns: { image: 'eye' } });
    await refuses(files, { message: /expected a column doctor.*columns\.group/, columns: { image: 'eye', label: 'level', group: 'doctor' } });
    const found = await find(files, { image: 'eye', label: 'level', group: 'patient', split: 'part' });
    assert.deepEqual(found.images.map(({ id, group, split }) => [id, group, split]), [['a1', 'p1', 'train'], ['a2', 'p1', 'eval'], ['a3', null, null]]);
    assert.deepEqual(found.problems.slice(0, 2).map(({ kind, name }) => [kind, name]), [['unknown-column', 'site'], ['bad-split', 'train.csv line 4']]);
  });

  it('refuses tables that are no UTF-8, ragged or without rows', async () => {
    const latin = Buffer.from('id_code,diagnosis\na1,0\na\xe91,1\n', 'latin1');
    await refuses({ ...aptos(), 'train.csv': latin }, { code: 'BAD_FILE', message: /^train\.csv, line 3: expected text in UTF-8/ });
    await refuses({ ...aptos(), 'train.csv': Buffer.from('\uFEFFid_code,diagnosis\na1,0\n', 'utf16le') }, { code: 'BAD_FILE', message: /train\.csv, line 1: expected text in UTF-8/ });
    await refuses({ ...aptos(), 'train.csv': 'id_code,diagnosis\na1,0\na2\n' }, { code: 'BAD_FILE', message: /^train\.csv, line 3: expected CSV/ });
    await refuses({ ...aptos(), 'train.csv': '' }, { code: 'BAD_FILE', message: /^train\.csv: expected a header line/ });
    await refuses({ ...aptos(), 'train.csv': 'id_code,diagnosis\n' }, { message: /Expected usable labelled images, found none\. train_images\/a1\.png has no row/ });
    await refuses(aptos({ a: '-1', b: 'nan' }), { message: /found none\. train\.csv line 2: expected a label that is a whole number from 0 to 999, got "-1"\. train\.csv line 3.* column diagnosis of train\.csv/ });
    await refuses({ ...aptos(), 'test.csv': 'id_code\nt\n' }, { message: /Expected a folder test_images beside test\.csv/ });
  });
});
