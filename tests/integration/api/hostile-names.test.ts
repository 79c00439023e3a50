/** Names that no database stores, and names of a megabyte: an import of them ends as every other does. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { importDataset, useApi } from './api-world.js';

describe('API: names in a dataset that cannot be stored', function () {
  this.timeout(120_000);
  const api = useApi();

  async function importTable(name: string, file: string, text: string) {
    const folder = join(api.folder, name);
    await mkdir(folder);
    for (let i = 0; i < 12; i++) await writeFile(join(folder, `eye${i}.png`), await sharp({ create: { width: 20, height: 20, channels: 3, background: { r: 20 * i, g: 0, b: i } } }).png().toBuffer());
    await writeFile(join(folder, file), text);
    return importDataset(api, { name, source: { kind: 'path', uri: folder } });
  }
  const rows = Array.from({ length: 12 }, (_, i) => ({ file_name: `eye${i}.png`, label: i % 2 }));
  const csv = ['file_name,label', ...rows.map(({ file_name: file, label }) => `${file},${label}`)];

  it('is listed where a row of CSV holds NUL', async () => {
    const dataset = await importTable('nul', 'metadata.csv', [...csv, 'a\0b.png,1'].join('\n'));
    assert.deepEqual([dataset.state, dataset.report?.problemCount], ['ready', 1], JSON.stringify(dataset.error));
  });

  it('is listed where JSON holds half a character, or a column that does', async () => {
    const lines = [...rows, { file_name: '\ud83d.png', label: 0 }, { file_name: 'eye0.png', label: 1, 'odd\0\udc00': 1 }].map((row) => JSON.stringify(row));
    const dataset = await importTable('half', 'metadata.jsonl', lines.join('\n'));
    assert.equal(dataset.state, 'ready', JSON.stringify(dataset.error));
  });

  it('is no class', async () => {
    const lines = rows.map((row) => JSON.stringify({ ...row, label: row.label === 0 ? 'a\0' : '\udc00' }));
    const dataset = await importTable('classes', 'metadata.jsonl', lines.join('\n'));
    assert.deepEqual([dataset.state, dataset.error?.code], ['failed', 'BAD_DATASET']);
  });

  it('fails with words that can be stored', async () => {
    const lines = rows.map(({ label }) => JSON.stringify({ 'image\0\ud800': 'x', label }));
    const dataset = await importTable('column', 'metadata.jsonl', lines.join('\n'));
    assert.deepEqual([dataset.state, dataset.error?.code], ['failed', 'BAD_DATASET']);
  });

  it('is shortened where it is long', async () => {
    const long = 'x'.repeat(500_000);
    const dataset = await importTable('long', 'metadata.csv', [...csv, ...Array.from({ length: 20 }, (_, i) => `${long}${i},1`)].join('\n'));
    assert.deepEqual([dataset.state, dataset.report?.problemCount], ['ready', 20], JSON.stringify(dataset.error));
    assert.ok(JSON.stringify(dataset).length < 100_000);
  });
});
