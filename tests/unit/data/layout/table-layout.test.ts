import assert from 'node:assert/strict';
import { find, labelsOf, problemsOf, refuses, splitsOf, type Files } from './found.js';

const images = (...paths: string[]): Files => Object.fromEntries(paths.map((path) => [path, `image ${path}`]));

describe('readLayout: imagefolder', () => {
  it('reads metadata.csv beside images, and lists rows and images without each other', async () => {
    const found = await find({ ...images('a.png', 'deep/b.jpg', 'c.png'), 'metadata.csv': 'file_name,label,age\na.png,mild,7\ndeep/b.jpg,none,8\nd.png,none,9\na.png,none,1\n../../etc/passwd,none,1\n' });
    assert.deepEqual([found.layout, found.labels], ['imagefolder', ['mild', 'none']]);
    assert.deepEqual(labelsOf(found), { a: 'mild', b: 'none' });
    assert.deepEqual(found.problems.map(({ kind, name }) => [kind, name]), [
      ['unknown-column', 'age'],
      ['unsafe-path', '../../etc/passwd'],
      ['unlabelled-image', 'c.png'],
      ['missing-image', 'd'],
      ['duplicate-id', 'a'],
    ]);
    assert.equal(Buffer.from(await found.images[1]!.read()).toString(), 'image deep/b.jpg');
  });

  it('reads metadata.jsonl in the folder of each split: floats are classes, null is to be predicted', async () => {
    const found = await find({
      ...images('train/a.png', 'train/b.png', 'validation/a2.png', 'test/t.png'),
      'train/metadata.jsonl': '{"file_name":"a.png","label":1.0}\n\n{"file_name":"b.png","label":0}\n',
      'validation/metadata.jsonl': '{"file_name":"a2.png","label":3}',
      'test/metadata.jsonl': '{"file_name":"t.png","label":null}\n',
    });
    assert.deepEqual(labelsOf(found), { a: '1', a2: '3', b: '0', t: null });
    assert.deepEqual(splitsOf(found), { a: 'train', a2: 'eval', b: 'train', t: 'predict' });
    assert.deepEqual(problemsOf(found), { 2: 'empty-class' });
  });

  it('takes the names of the classes from the front matter of README.md, whatever YAML makes of them, and -1 as none', async () => {
    const card = (names: string): string => `---\nlicense: mit\ndataset_info:\n  features:\n  - name: image\n    dtype: image\n  - name: label\n    dtype:\n      class_label:\n        names:\n${names}\n---\n# Eyes\n`;
    const files = { ...images('a.png', 'b.png', 'c.png', 'd.png'), 'metadata.csv': 'file_name,label\na.png,2\nb.png,no\nc.png,-1\nd.png,7\n' };
    const found = await find({ ...files, 'README.md': card("          '2': severe\n          '0': 'yes'\n          '1': no") });
    assert.deepEqual([found.labels, found.numeric], [['yes', 'no', 'severe'], false]);
    assert.deepEqual(labelsOf(found), { a: 'severe', b: 'no', c: null });
    assert.match(found.problems[0]!.message, /^metadata\.csv line 5: expected a class id from 0 to 2 or one of yes, no, severe, got "7"\.$/);
    assert.deepEqual(found.problems.map(({ kind, name }) => [kind, name]), [['bad-label', 'd'], ['empty-class', 'yes']]);
    assert.deepEqual((await find({ ...files, 'README.md': card('          - yes\n          - no\n          - "1"') })).labels, ['yes', 'no', '1']);
    assert.deepEqual((await find({ ...files, 'README.md': card("          '3': severe\n          '0': none") })).labels, ['none', '1', '2', 'severe'], 'a name stays with its id');
    assert.deepEqual((await find({ ...files, 'README.md': card('          one: severe\n          two: none') })).numeric, true, 'what is no id names nothing');
    await refuses({ ...files, 'README.md': '---\nconfigs:\n- config_name: small\n- config_name: large\n---\n' }, { message: /README\.md names 2 configurations \(small, large\)/ });
    assert.deepEqual((await find({ ...files, 'README.md': '---\n: [ {\n---\n' })).labels, ['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('refuses a README.md that a parser of YAML takes for ever to read', async () => {
    const files = { ...images('a.png', 'b.png'), 'metadata.csv': 'file_name,label\na.png,0\nb.png,1\n' };
    await refuses({ ...files, 'README.md': `---\n${'- ? '.repeat(300)}a\n---\n` }, { message: /^README\.md: expected front matter that is read within seconds/ });
  });

  it('refuses lines that are no objects, with file and line', async () => {
    const bad = (text: string | Uint8Array): Files => ({ ...images('a.png'), 'metadata.jsonl': text });
    await refuses(bad('{"file_name":"a.png","label":1}\n{"file_name":\n'), { code: 'BAD_FILE', message: /^metadata\.jsonl, line 2: expected a JSON object, got/ });
    await refuses(bad('[1]'), { code: 'BAD_FILE', message: /^metadata\.jsonl, line 1: expected a JSON object with a value for each column, got \[1\]/ });
    await refuses(bad('{"file_name":"a.png","label":NaN}'), { code: 'BAD_FILE', message: /line 1/ });
    await refuses(bad(Buffer.from('{"file_name":"a.png"}\n{"label":"\xff"}', 'latin1')), { code: 'BAD_FILE', message: /^metadata\.jsonl, line 2: expected text in UTF-8/ });
    await refuses(bad(`{"file_name":"${'a'.repeat(2 ** 20)}`), { code: 'BAD_FILE', message: /line 1: expected a line of at most 1048576 characters/ });
  });

  it('names the columns that are there when one is missing', async () => {
    await refuses({ ...images('a.png'), 'metadata.csv': 'name,label\na.png,1\n' }, { message: /metadata\.csv: expected a column file_name, got name, label\. Name the column as columns\.image/ });
    await refuses({ ...images('a.png'), 'metadata.csv': 'file_name,sight\na.png,1\n' }, { message: /metadata\.csv: expected a column label, got file_name, sight\. Name the column as columns\.label/ });
    assert.deepEqual(labelsOf(await find({ ...images('a.png'), 'metadata.csv': 'file_name,sight\na.png,0\n' }, { label: 'sight' })), { a: '0' });
  });
});

describe('readLayout: a CSV file beside images', () => {
  it('finds images by path, by name, and without their ending', async () => {
    const found = await find({ ...images('train/10_left.jpeg', 'train/10_right.jpeg', 'x/11.png', 'y/11.png', 'y/12.png'), 'labels/trainLabels.csv': 'image,level\n10_left,0\n10_right.jpeg,2\ny/12,1\n11,1\nx/11.png,0\n' });
    assert.deepEqual([found.layout, found.labels], ['table', ['0', '1', '2']]);
    assert.deepEqual(labelsOf(found), { '10_left': '0', '10_right': '2', 12: '1', x__11: '0' }.valueOf());
    assert.deepEqual(problemsOf(found), { 'y/11.png': 'unlabelled-image', 'labels__11': 'missing-image' });
    assert.equal(splitsOf(found)['10_left'], 'train');
  });

  it('reads the columns that are named', async () => {
    const files = { ...images('p/1.png', 'p/2.png'), 'table.csv': 'scan,finding,who\n1,0,anna\n2,1,ben\n' };
    await refuses(files, { message: /holds no dataset/ });
    const found = await find(files, { image: 'scan', label: 'finding', group: 'who' });
    assert.deepEqual(found.images.map(({ id, label, group }) => [id, label, group]), [['1', 0, 'anna'], ['2', 1, 'ben']]);
  });
});

describe('labels', () => {
  const labelled = (labels: string[]): Files => ({ ...images(...labels.map((_, i) => `i${i}.png`)), 'metadata.csv': `file_name,label\n${labels.map((label, i) => `i${i}.png,"${label}"\n`).join('')}` });

  it('are numbers where most are, and texts where most are; the others are listed as mixed in', async () => {
    const numbers = await find(labelled(['0', '1.0', '+2', 'mild', '1e0', '']));
    assert.deepEqual(labelsOf(numbers), { i0: '0', i1: '1', i2: '2', i5: null });
    assert.deepEqual(problemsOf(numbers), { i3: 'bad-label', i4: 'bad-label' });
    const texts = await find(labelled(['mild', 'none', '3', 'none']));
    assert.deepEqual([texts.labels, problemsOf(texts)], [['mild', 'none'], { i2: 'bad-label' }]);
    assert.match(texts.problems[0]!.message, /metadata\.csv line 4: expected a label that is a text, as most of its column are, got "3"/);
  });

  it('are refused when they are too many to be classes', async () => {
    await refuses(labelled(Array.from({ length: 1001 }, (_, i) => `name ${i}`)), { message: /at most 1000 different labels, got 1001, such as "name 0"/ });
  });

  it('of JSON may be booleans, and never objects', async () => {
    const found = await find({ ...images('a.png', 'b.png', 'c.png'), 'metadata.jsonl': '{"file_name":"a.png","label":true}\n{"file_name":"b.png","label":false}\n{"file_name":"c.png","label":[1]}\n' });
    assert.deepEqual([found.labels, labelsOf(found), problemsOf(found)], [['false', 'true'], { a: 'true', b: 'false' }, { c: 'bad-label' }]);
  });
});
