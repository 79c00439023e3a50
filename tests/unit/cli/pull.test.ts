import assert from 'node:assert/strict';
import { parseArtifactPath, parseChecksums } from '@eyegazer/cli';

describe('names that a server gives to files', () => {
  it('become parts of a path below a folder', () => {
    assert.deepEqual(parseArtifactPath('adapter/adapter_model.safetensors'), ['adapter', 'adapter_model.safetensors']);
    assert.deepEqual(parseArtifactPath('SHA256SUMS'), ['SHA256SUMS']);
  });

  it('are refused when they lead elsewhere, here or on another system', () => {
    for (const name of ['../evil', 'a/../../evil', '/etc/passwd', 'a//b', './a', 'a/', '', '..\\evil', 'C:evil', 'a\u0000b', 'a\nb', 'a.', 'a ', 'x'.repeat(300), 'a/b/c/d/e/f/g/h/i']) {
      assert.throws(() => parseArtifactPath(name), { code: 'CORRUPT_ARTIFACT' }, JSON.stringify(name));
    }
  });
});

describe('SHA256SUMS', () => {
  const sum = 'ab'.repeat(32);
  it('is read as sha256sum writes it', () => {
    assert.deepEqual([...parseChecksums(`${sum}  a/b c.json\n${sum} *bin\n`)], [['a/b c.json', sum], ['bin', sum]]);
  });
  it('is refused when a line is no checksum', () => {
    for (const text of ['hello\n', `${sum} a\n`, `${sum.slice(1)}  a\n`]) assert.throws(() => parseChecksums(text), { code: 'CORRUPT_ARTIFACT' });
  });
});
