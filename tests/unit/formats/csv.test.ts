import assert from 'node:assert/strict';
import { createReadStream, existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCsvRows, writeCsvRow, type CsvRow } from '@eyegazer/formats';
import { needsShared, sharedPath } from '../../shared-path.js';

function countOpen(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false; // closed since, as the listing's own handle is
    }
  }).length;
}

function readCsv(path: string): AsyncGenerator<CsvRow, void, undefined> {
  return readCsvRows(createReadStream(path), { name: path });
}

async function collect(rows: AsyncIterable<CsvRow>): Promise<CsvRow[]> {
  const all: CsvRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe('readCsvRows', () => {
  let dir: string;
  before(() => (dir = mkdtempSync(join(tmpdir(), 'eyegazer-csv-'))));
  after(() => rmSync(dir, { recursive: true }));

  async function read(text: string | Buffer): Promise<CsvRow[]> {
    const path = join(dir, 'train.csv');
    writeFileSync(path, text);
    return collect(readCsv(path));
  }

  it('reads the APTOS sample', async function () {
    needsShared(this, 'data/aptos-sample');
    const counts = new Map<string, number>();
    for await (const { fields } of readCsv(sharedPath('data/aptos-sample/train.csv'))) {
      counts.set(fields['diagnosis']!, (counts.get(fields['diagnosis']!) ?? 0) + 1);
    }
    assert.deepEqual([...counts].sort(([a], [b]) => a.localeCompare(b)), [['0', 461], ['1', 86], ['2', 237], ['3', 46], ['4', 70]]);
  });

  it('reads a BOM, CRLF, quotes, spaces around column names and empty lines', async () => {
    const rows = await read('\uFEFFid_code, diagnosis \r\n"a,1",0\r\n\r\n"b ""x""\r\ny",1.0\r\n');
    assert.deepEqual(rows.map(({ fields }) => ({ ...fields })), [{ id_code: 'a,1', diagnosis: '0' }, { id_code: 'b "x"\r\ny', diagnosis: '1.0' }]);
  });

  it('takes as many columns as fit into a row', async () => {
    const columns = Array.from({ length: 180_000 }, (_, i) => i.toString(36));
    const [row] = await read(`${columns.join()}\n${columns.join()}\n`);
    assert.equal(row?.fields[columns.at(-1)!], columns.at(-1));
  });

  it('says on which line of the file a row ends', async () => {
    assert.deepEqual((await read('a\nx\n\n"y\nz"\nw')).map(({ line }) => line), [2, 5, 6]);
  });

  it('gives no rows for a header alone', async () => {
    assert.deepEqual(await read('id_code,diagnosis\n'), []);
  });

  const refusals: [claim: string, text: string | Buffer, message: RegExp][] = [
    ['text that is not UTF-8', Buffer.from('id_code,diagnosis\na,1\n\xe9,1\n', 'latin1'), /train\.csv, line 3: expected text in UTF-8/],
    ['a column named twice', 'id_code,diagnosis,id_code\na,1,b\n', /"id_code" twice/],
    ['a row that is too short', 'id_code,diagnosis\na,1\nb\n', /train\.csv, line 3: expected CSV/],
    ['a row that is too long', 'id_code,diagnosis\na,1,2\n', /train\.csv, line 2: expected CSV/],
    ['a quote that never ends', 'id_code,diagnosis\n"a,1\n', /train\.csv, line \d: expected CSV/],
    ['a row without end', `id_code,diagnosis\n${'a'.repeat(3 << 20)}`, /train\.csv, line \d: expected CSV, got "Max Record Size/],
    ['an empty file', '', /train\.csv: expected a header line/],
  ];
  for (const [claim, text, message] of refusals) {
    it(`refuses ${claim}`, async () => {
      await assert.rejects(read(text), { code: 'BAD_FILE', message });
    });
  }

  it('names a file that is missing', async () => {
    await assert.rejects(collect(readCsv(join(dir, 'none.csv'))), { code: 'BAD_FILE', message: /none\.csv: expected a readable CSV file, got "ENOENT/ });
  });

  it('closes the file when the caller stops early', async function () {
    if (!existsSync('/proc/self/fd')) this.skip();
    const path = join(dir, 'long.csv');
    writeFileSync(path, `a\n${'x\n'.repeat(200_000)}`);
    const rows = readCsv(path);
    assert.equal((await rows.next()).done, false);
    assert.equal(countOpen(path), 1);
    await rows.return();
    for (let turn = 0; turn < 100 && countOpen(path) > 0; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(countOpen(path), 0);
  });

  it('reads back what writeCsvRow wrote', async () => {
    const rows = [['id', 'text'], ['1', 'plain'], ['2', 'a "quoted", b'], ['3', 'two\nlines'], ['4', ' spaces '], ['5', '']];
    const back = await read(rows.map((row) => writeCsvRow(row)).join(''));
    assert.deepEqual(back.map(({ fields }) => [fields['id'], fields['text']]), rows.slice(1));
  });
});

describe('writeCsvRow', () => {
  it('writes numbers that read back to the same float32', () => {
    const value = Math.fround(-0.1234567);
    assert.equal(Math.fround(Number(writeCsvRow([value]).trim())), value);
    assert.equal(writeCsvRow(['x', 1, 'a,b']), 'x,1,"a,b"\n');
  });
});
