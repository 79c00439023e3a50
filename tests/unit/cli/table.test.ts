import assert from 'node:assert/strict';
import { createPaint, displayWidth, formatTable, truncateText } from '@eyegazer/cli';

const plain = createPaint(false);
const columns = [{ title: 'ID' }, { title: 'NAME', shrinkTo: 8 }, { title: 'QWK', align: 'right' }, { title: 'MODEL', shrinkTo: 6, optional: 1 }] as const;
const rows = [
  ['3f9k2a1b', 'large-vs-base / large / 5-class', '0.812', 'google/vit-large'],
  ['7777aaaa', 'short', '-', 'tiny'],
];

describe('table of the terminal', () => {
  it('is as wide as its entries where nobody looks', () => {
    assert.deepEqual(formatTable({ columns, rows, width: null, paint: plain }), [
      'ID        NAME                               QWK  MODEL',
      '3f9k2a1b  large-vs-base / large / 5-class  0.812  google/vit-large',
      '7777aaaa  short                                -  tiny',
    ]);
  });

  it('cuts the widest columns first to fit the terminal', () => {
    const lines = formatTable({ columns, rows, width: 50, paint: plain });
    assert.deepEqual(lines, [
      'ID        NAME               QWK  MODEL',
      '3f9k2a1b  large-vs-base…   0.812  google/vit-large',
      '7777aaaa  short                -  tiny',
    ]);
    for (const line of lines) assert.ok(displayWidth(line) <= 50);
  });

  it('leaves an optional column out before it cuts one to nothing', () => {
    const lines = formatTable({ columns, rows, width: 28, paint: plain });
    assert.deepEqual(lines, ['ID        NAME           QWK', '3f9k2a1b  large-vs-b…  0.812', '7777aaaa  short            -']);
  });

  it('leaves out a column without a single entry', () => {
    assert.deepEqual(formatTable({ columns, rows: [['a', 'b', '', '']], width: 80, paint: plain }), ['ID  NAME', 'a   b']);
  });

  it('counts wide and combining characters as the terminal does', () => {
    assert.equal(displayWidth('眼底'), 4);
    assert.equal(displayWidth('e\u0301'), 1);
    assert.equal(truncateText('眼底画像', 5), '眼底…');
    const lines = formatTable({ columns: [{ title: 'NAME' }, { title: 'N' }], rows: [['眼底', '1'], ['abcd', '2']], width: 80, paint: plain });
    assert.deepEqual(lines, ['NAME  N', '眼底  1', 'abcd  2']);
  });

  it('paints the text and not the space around it', () => {
    const lines = formatTable({ columns: [{ title: 'A' }, { title: 'B' }], rows: [[{ text: 'x', style: 'red' }, 'y']], width: 80, paint: createPaint(true) });
    assert.equal(lines[1], '\u001b[31mx\u001b[39m  y');
  });

  it('shows no control character that an entry brings', () => {
    const [, line] = formatTable({ columns: [{ title: 'NAME' }], rows: [['evil\u001b[2J\u202ename\nsecond']], width: null, paint: plain });
    assert.equal(line, 'evil?[2J?name second');
  });
});
