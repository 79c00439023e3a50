import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { AppError, type ErrorCode } from '@eyegazer/core';
import { createZip, withZip64, type ZipPart } from '../../fixtures/zip-archive.js';
import { useSourceFolder } from './source-world.js';

describe('a zip archive is refused whole', () => {
  const world = useSourceFolder();
  const fine: ZipPart = { name: 'fine.csv', bytes: Buffer.from('a,b\n') };

  const refuses = async (content: Parameters<typeof world.openZip>[0], message: RegExp, code: ErrorCode = 'BAD_DATASET'): Promise<void> => {
    await assert.rejects(world.openZip(content), (error) => {
      assert.ok(error instanceof AppError, String(error));
      assert.match(error.message, message);
      assert.equal(error.code, code);
      return true;
    });
    assert.deepEqual(readdirSync(world.workFolder), []);
    assert.deepEqual(readdirSync(world.path), ['eyes.zip', 'work']);
  };
  const refusesName = (name: string | Buffer, message: RegExp): Promise<void> => refuses([fine, { name, bytes: Buffer.from('x') }], message);

  it('for names that lead anywhere else', async () => {
    await refusesName('../evil.png', /^eyes\.zip: \.\.\/evil\.png is refused: it leaves its folder \(\.\.\)\.$/);
    await refusesName('a/../../evil.png', /leaves its folder/);
    await refusesName('..', /leaves its folder/);
    await refusesName('/etc/passwd', /^eyes\.zip: \/etc\/passwd is refused: it is absolute\.$/);
    await refusesName('C:/evil.png', /^eyes\.zip: "C:\/evil\.png" is refused: it begins with a drive\.$/);
    await refusesName('c:evil.png', /drive/);
    await refusesName('a\\..\\evil.png', /is refused: it holds a backslash/);
    await refusesName('a.png\0.txt', /is refused: it holds a NUL/);
    await refusesName('a\u001b[31m.png', /is refused: it holds a control character/);
    await refusesName('', /is refused: it is empty/);
    await refusesName('a//b.png', /empty part/);
    await refusesName('./a.png', /empty part/);
    await refusesName('x'.repeat(1001), /more than 1000 characters/);
    await refusesName('../', /leaves its folder/);
  });

  it('for names that are not UTF-8, and takes those that are without saying so', async () => {
    await refusesName(Buffer.from([0x61, 0xff, 0x2e, 0x70]), /is refused: it is not UTF-8\. Pack the archive again/);
    const source = await world.openZip([{ name: 'ä.csv', flags: 0, bytes: Buffer.from('x') }]);
    assert.deepEqual(source.files.map(({ path }) => path), ['ä.csv']);
    await source.close();
  });

  it('for links and other things that are no files', async () => {
    await refuses([fine, { name: 'passwd.png', bytes: Buffer.from('/etc/passwd'), unixMode: 0o120777 }], /^eyes\.zip: passwd\.png is refused: it is a link\. Pack the file itself\.$/);
    for (const unixMode of [0o010644, 0o020644, 0o060644, 0o140644]) await refuses([fine, { name: 'odd', unixMode }], /odd is refused: it is neither a file nor a folder/);
  });

  it('for archives in it, whatever they are called', async () => {
    const tar = Buffer.alloc(1024);
    tar.write('ustar', 257);
    const archives = { zip: createZip([fine]), gzip: gzipSync('x'), bzip2: Buffer.from('BZh91AY'), xz: Buffer.from('fd377a585a00', 'hex'), zstd: Buffer.from('28b52ffd00', 'hex'), '7z': Buffer.from('377abcaf271c', 'hex'), rar: Buffer.from('526172211a0700', 'hex'), tar };
    for (const [kind, bytes] of Object.entries(archives)) {
      await refuses([fine, { name: 'train.csv', bytes }], new RegExp(`^eyes\\.zip: train\\.csv is refused: it is itself a ${kind} archive\\. Unpack it, and pack the files themselves\\.$`));
      await refuses([fine, { name: 'more', bytes: Buffer.concat([bytes, Buffer.alloc(5000)]), isDeflated: true }], /more is refused: it is itself a/);
    }
  });

  it('for bombs: by ratio, by all their bytes, by count, and by sharing bytes', async () => {
    await refuses([fine, { name: 'zeros.csv', bytes: Buffer.alloc(5_000_000), isDeflated: true }], /^eyes\.zip: zeros\.csv is refused: its \d+ bytes become 5000000, more than 200 times as many/);
    const small = Array.from({ length: 30 }, (_, i): ZipPart => ({ name: `${i}.csv`, bytes: Buffer.alloc(1_000_000), isDeflated: true }));
    await refuses(small, /^eyes\.zip: its \d+ bytes become 30000000, as in an archive made to fill disks\.$/);
    await refuses([fine, { name: 'huge.png', byteLength: 0xfffffff0, compressedLength: 0xfffffff0, method: 0 }], /huge\.png is refused: its 4294967280 bytes reach beyond the end of the archive/);
    const shared: ZipPart = { name: 'a.csv', bytes: randomBytes(1000) };
    await refuses([shared, { ...shared, name: 'b.csv', headerOffset: 0 }, { ...shared, name: 'c.csv', headerOffset: 0 }], /(a|b)\.csv and (b|c)\.csv are refused: they share bytes/);
    await refuses([{ ...shared, compressedLength: 1040, byteLength: 1040 }, { ...fine, bytes: randomBytes(60) }], /a\.csv and fine\.csv are refused: they share bytes/);
    await refuses([fine, { name: 'thin.png', bytes: Buffer.from('x'), compressedLength: 900_000, byteLength: 1, method: 8 }, { name: 'pad', bytes: randomBytes(1_000_000) }], /thin\.png is refused: its 900000 bytes become only 1/);
  });

  it('for more files than an index can hold, before the first is looked at', async () => {
    const zip = withZip64(createZip([fine]));
    zip.writeBigUInt64LE(2_000_001n, zip.byteLength - 22 - 20 - 56 + 32);
    await refuses(zip, /^eyes\.zip has more than 2000000 files\. Import it in parts\.$/);
    zip.writeBigUInt64LE(2n, zip.byteLength - 22 - 20 - 56 + 32);
    await refuses(zip, /^Expected eyes\.zip to be a whole zip archive, but reading it failed: /, 'BAD_FILE');
  });

  it('for what is encrypted or packed in a way that is not read', async () => {
    await refuses([fine, { name: 'secret.png', flags: 1, isDeflated: true, bytes: Buffer.from('x') }], /^eyes\.zip: secret\.png is refused: it is encrypted\. Pack it without a password\.$/);
    await refuses([fine, { name: 'a.png', method: 9, bytes: Buffer.from('x') }], /a\.png is refused: expected it stored or deflated, got compression method 9\. Pack it again, for example with zip -0\.$/, 'UNSUPPORTED');
  });

  it('for names that are there twice', async () => {
    await refuses([fine, { name: 'a/x.png' }, { name: 'a/x.png' }], /^eyes\.zip has two files named a\/x\.png\. /);
  });

  it('when it is cut short, damaged at its end, or something else altogether', async () => {
    const whole = createZip([fine, { name: 'b.png', bytes: randomBytes(3000) }]);
    for (const length of [whole.byteLength - 1, whole.byteLength - 30, 2000, 600]) await refuses(whole.subarray(0, length), /^Expected eyes\.zip to be a whole zip archive, but reading it failed: .*It may be cut short/, 'BAD_FILE');
    await refuses(Buffer.alloc(0), /^Expected eyes\.zip to be a zip archive, got an empty file\.$/, 'BAD_FILE');
    await refuses(Buffer.from('<!DOCTYPE html><title>Not found</title>'.padEnd(2000)), /^Expected eyes\.zip to be a zip archive, got a file that begins with "<!DOCTYPE html><titl"\.$/, 'BAD_FILE');
    await refuses(gzipSync(randomBytes(1000)), /got a gzip archive/, 'BAD_FILE');
  });

  it('but a file that is damaged in it only when it is read, by its name', async () => {
    const bytes = randomBytes(3000);
    const damage = async (part: ZipPart, message: RegExp): Promise<void> => {
      const source = await world.openZip([fine, part]);
      try {
        const { name } = part;
        await assert.rejects(source.readFile(String(name)), { code: 'BAD_FILE', message });
        await assert.rejects(collect(source.streamFile(String(name))), { code: 'BAD_FILE', message });
        assert.equal(Buffer.from(await source.readFile('fine.csv')).toString(), 'a,b\n');
      } finally {
        await source.close();
      }
    };
    await damage({ name: 'a.png', bytes, crc: 1 }, /^a\.png is damaged in the archive: its checksum \(CRC-32\) is another than the directory says\. Copy or upload the archive again\.$/);
    await damage({ name: 'a.png', bytes, isDeflated: true, crc: 1 }, /checksum/);
    await damage({ name: 'a.png', bytes, isDeflated: true, byteLength: 2999 }, /^a\.png is damaged in the archive: /);
    await damage({ name: 'a.png', bytes, isDeflated: true, byteLength: 3001 }, /it has fewer bytes than the 3001/);
    await damage({ name: 'a.png', bytes: Buffer.from('not deflated at all'), method: 8 }, /^a\.png is damaged in the archive: /);
    await damage({ name: 'a.png', bytes, headerOffset: 45 }, /^a\.png is damaged in the archive: its header is damaged/);
  });

  it('but a bomb that says it is none is inflated only as far as it says', async () => {
    const source = await world.openZip([{ name: 'a.png', bytes: Buffer.alloc(50_000_000), isDeflated: true, byteLength: 100_000 }]);
    await assert.rejects(source.readFile('a.png'), { code: 'BAD_FILE', message: /^a\.png is damaged in the archive: Cannot create a Buffer larger than 100000 bytes/ });
    let byteLength = 0;
    await assert.rejects((async () => {
      for await (const bytes of source.streamFile('a.png')) byteLength += bytes.byteLength;
    })(), { code: 'BAD_FILE', message: /it has more bytes than the 100000 that the directory says/ });
    assert.ok(byteLength <= 100_000);
    await assert.rejects(source.openFile('a.png'), { code: 'BAD_FILE' });
    assert.deepEqual(readdirSync(world.workFolder), []);
    await source.close();
  });
});

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}
