import assert from 'node:assert/strict';
import type { BackupManifest } from '@eyegazer/platform';
import { usePlatform } from '../../fixtures/platform.js';
import { change, collect, fillHome, repack, sign, unpack, useStore, type Entry } from './backup-world.js';

const part = (table: string): string => `tables/${table}/000001`;

describe('a backup that is not as it was made', function () {
  this.timeout(60_000);
  const source = usePlatform();
  const target = usePlatform();
  const home = useStore();
  const elsewhere = useStore();
  let entries: Entry[] = [];
  let tar: Buffer;
  let artifact = '';

  before(async () => {
    await fillHome(source, home.store);
    const backup = await source.platform.createBackup(home.store);
    tar = await collect(backup.stream);
    entries = await unpack(tar);
    artifact = entries.find(({ name }) => name.startsWith('artifacts/'))?.name ?? '';
  });

  async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
    // In odd pieces, as a network has them.
    for (let at = 0; at < bytes.byteLength; at += 7777) yield bytes.subarray(at, at + 7777);
  }

  async function assertRefused(bytes: Buffer, expected: { code: string; message: RegExp }): Promise<void> {
    await assert.rejects(target.platform.restoreBackup(once(bytes), elsewhere.store), expected);
    const manifest = JSON.parse(entries[0]?.content.toString() ?? '') as BackupManifest;
    for (const { name } of manifest.tables) assert.deepEqual(await target.sql(`SELECT 1 FROM ${name}`), [], name);
  }

  const manifestWith = (changes: (manifest: BackupManifest) => object) => (all: Entry[]): Entry[] => change(all, 'manifest.json', (text) => JSON.stringify({ ...JSON.parse(text), ...changes(JSON.parse(text) as BackupManifest) }));
  const without = (name: string) => (all: Entry[]): Entry[] => all.filter((entry) => entry.name !== name);
  function swap(all: Entry[], a: number, b: number): Entry[] {
    const [first, second] = [all[a], all[b]];
    return all.map((entry, i) => (i === a && second ? second : i === b && first ? first : entry));
  }
  const indexOf = (all: Entry[], name: string): number => all.findIndex((entry) => entry.name === name);

  const cases: [what: string, spoil: (all: Entry[]) => Entry[], code: string, message: RegExp][] = [
    ['a tar of something else', () => [{ name: 'README.md', content: Buffer.from('hello') }], 'BAD_FILE', /Expected a backup of Eyegazer.*begins with "README.md"/],
    ['a manifest that does not come first', (all) => swap(all, 0, 1), 'BAD_FILE', /Expected a backup of Eyegazer/],
    ['a manifest that is no JSON', (all) => change(all, 'manifest.json', () => 'hello'), 'BAD_FILE', /manifest.json.*JSON/],
    ['a manifest with keys that nobody knows', manifestWith(() => ({ more: 1 })), 'BAD_FILE', /manifest.json.*more/s],
    ['a format of the future', (all) => change(all, 'manifest.json', (text) => text.replace('eyegazer-backup/1', 'eyegazer-backup/2')), 'UNSUPPORTED', /eyegazer-backup\/2.*newer.*Update/],
    ['a database of the future', manifestWith(({ migrations }) => ({ migrations: [...migrations, '9999_future'] })), 'UNSUPPORTED', /9999_future.*newer/],
    ['a table that there is not', manifestWith(({ tables }) => ({ tables: [...tables, { name: 'pg_authid', columns: ['rolname'], rows: 0 }] })), 'BAD_FILE', /pg_authid/],
    ['a table that is left behind', manifestWith(({ tables }) => ({ tables: [...tables, { name: 'session', columns: ['hash'], rows: 0 }] })), 'BAD_FILE', /session/],
    ['a column that there is not', manifestWith(({ tables }) => ({ tables: tables.map((table, i) => (i === 0 ? { ...table, columns: ['id", "name'] } : table)) })), 'BAD_FILE', /columns/],
    ['an unknown column', manifestWith(({ tables }) => ({ tables: tables.map((table, i) => (i === 0 ? { ...table, columns: ['nothing'] } : table)) })), 'BAD_FILE', /dataset.nothing/],
    ['a column that comes twice', manifestWith(({ tables }) => ({ tables: tables.map((table, i) => (i === 0 ? { ...table, columns: ['id', 'id'] } : table)) })), 'BAD_FILE', /each column once/],
    ['tables in another order', (all) => swap(all, indexOf(all, part('dataset')), indexOf(all, part('experiment'))), 'BAD_FILE', /not in order/],
    ['a table after an artifact', (all) => swap(all, indexOf(all, part('artifact')), indexOf(all, artifact)), 'BAD_FILE', /not in order/],
    ['a part that is numbered otherwise', (all) => all.map((entry) => (entry.name === part('event') ? { ...entry, name: 'tables/event/000002' } : entry)), 'BAD_FILE', /not in order.*tables\/event\/000002/],
    ['a path that leads out', (all) => all.map((entry) => (entry.name === artifact ? { ...entry, name: 'artifacts/../../../etc/passwd' } : entry)), 'BAD_FILE', /not in order/],
    ['an artifact with another name', (all) => all.map((entry) => (entry.name === artifact ? { ...entry, name: `artifacts/${'a'.repeat(64)}` } : entry)), 'BAD_FILE', /artifact a{64} does not match/],
    ['a link', (all) => [...all.slice(0, 1), { name: 'tables/dataset/000001', content: Buffer.alloc(0), type: 'symlink' }], 'BAD_FILE', /Expected files only.*symlink/],
    ['a table that was changed', (all) => change(all, part('experiment'), (text) => text.replace('with a tab', 'with a cab')), 'BAD_FILE', /tables\/experiment\/000001 does not match.*Nothing was restored/],
    ['a manifest that was changed', manifestWith(() => ({ createdAt: '2020-01-01T00:00:00.000Z' })), 'BAD_FILE', /manifest.json does not match/],
    ['an artifact that was changed', (all) => change(all, artifact, (text) => `${text.slice(0, -1)}!`), 'BAD_FILE', /artifact [0-9a-f]{64} does not match/],
    ['a missing artifact', (all) => without(artifact)(all), 'BAD_FILE', /expected \d+ artifacts/],
    ['an artifact twice', (all) => all.flatMap((entry) => (entry.name === artifact ? [entry, entry] : [entry])), 'BAD_FILE', /expected \d+ artifacts/],
    ['a missing table', without(part('artifact')), 'BAD_FILE', /damaged/],
    ['missing checksums', without('checksums.json'), 'BAD_FILE', /cut off/],
    ['something after the end', (all) => [...all, { name: 'more', content: Buffer.from('x') }], 'BAD_FILE', /nothing after checksums.json/],
    ['fewer rows than were counted', (all) => sign(change(all, part('event'), (text) => text.slice(text.indexOf('\n') + 1))), 'BAD_FILE', /Expected \d+ rows of the table event/],
    ['rows that refer to none', (all) => sign(manifestWith(({ tables }) => ({ tables: tables.map((table) => (table.name === 'base_model' ? { ...table, rows: 0 } : table)) }))(without(part('base_model'))(all))), 'BAD_FILE', /do not fit together.*experiment/],
    ['rows that are no rows', (all) => sign(change(all, part('dataset'), (text) => text.replaceAll('\t', ' '))), 'BAD_FILE', /do not fit together/],
    ['values that are not allowed', (all) => sign(change(all, part('experiment'), (text) => text.replace('succeeded', 'perfected'))), 'BAD_FILE', /do not fit together/],
  ];

  for (const [what, spoil, code, message] of cases) {
    it(`is refused with ${what}`, async () => assertRefused(await repack(spoil(entries)), { code, message }));
  }

  it('is refused when it was cut off anywhere', async () => {
    // Between entries, within one, within a header.
    for (const bytes of [0, 100, 512, 1024, Math.floor(tar.byteLength / 3 / 512) * 512, Math.floor(tar.byteLength / 2) + 100, tar.byteLength - 1024 - 700]) {
      await assertRefused(tar.subarray(0, bytes), { code: 'BAD_FILE', message: /cut off|empty/ });
    }
  });

  it('is refused when a header was changed, or all of it is something else', async () => {
    const spoiled = Buffer.from(tar);
    spoiled[5] = 0x58;
    await assertRefused(spoiled, { code: 'BAD_FILE', message: /no tar file, or it is damaged/ });
    await assertRefused(Buffer.alloc(4096, 'x'), { code: 'BAD_FILE', message: /no tar file, or it is damaged/ });
  });

  it('passes on what its input fails of', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield tar.subarray(0, 5000);
      throw new Error('the line is dead');
    }
    await assert.rejects(target.platform.restoreBackup(broken(), elsewhere.store), /the line is dead/);
  });

  it('passes on what its store fails of', async () => {
    const full = { ...elsewhere.store, put: () => Promise.reject(new Error('the disk is full')) };
    await assert.rejects(target.platform.restoreBackup(once(tar), full), /the disk is full/);
  });

  it('is restored all the same once it is whole', async () => {
    const answer = await target.platform.restoreBackup(once(await repack(sign(entries))), elsewhere.store);
    assert.deepEqual([answer.artifacts, answer.lost], [4, 0]);
  });
});
