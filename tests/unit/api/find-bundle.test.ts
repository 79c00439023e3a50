import assert from 'node:assert/strict';
import { findBundle } from '@eyegazer/api';

const sha256 = '0'.repeat(64);
const artifact = (name: string) => ({ name, sha256, byteLength: 1 });
const artifacts = ['metrics.json', 'SHA256SUMS', 'adapter/adapter_model.safetensors', 'README.md'].map(artifact);

describe('bundle', () => {
  it('lists its files in one order whatever the order they came in', () => {
    const { files } = findBundle({ name: 'x', state: 'succeeded', artifacts });
    assert.deepEqual(files.map((file) => file.name), ['README.md', 'SHA256SUMS', 'adapter/adapter_model.safetensors', 'metrics.json']);
    assert.deepEqual(findBundle({ name: 'x', state: 'succeeded', artifacts: [...artifacts].reverse() }).files, files);
  });

  it('is named after the experiment in characters that every file system takes', () => {
    const nameOf = (name: string) => findBundle({ name, state: 'stopped', artifacts }).fileName;
    assert.equal(nameOf('aptos / deit-tiny / 5-class'), 'eyegazer-aptos-deit-tiny-5-class.zip');
    assert.equal(nameOf('../../etc/"pass\r\nwd'), 'eyegazer-etc-pass-wd.zip');
    assert.equal(nameOf('Größe'), 'eyegazer-Gro-e.zip');
    assert.equal(nameOf('目'), 'eyegazer-experiment.zip');
    assert.equal(nameOf('a'.repeat(200)).length, 'eyegazer-.zip'.length + 100);
  });

  it('is a conflict while it may still come and missing when it never will', () => {
    const unfinished = [artifact('metrics.json')];
    assert.throws(() => findBundle({ name: 'x', state: 'running', artifacts: unfinished }), { code: 'CONFLICT', message: /is running; its bundle is there once it has ended/ });
    assert.throws(() => findBundle({ name: 'x', state: 'failed', artifacts: [] }), { code: 'NOT_FOUND', message: /has failed and left no bundle/ });
    assert.throws(() => findBundle({ name: 'x', state: 'cancelled', artifacts: [] }), { code: 'NOT_FOUND', message: /is cancelled and left no bundle/ });
  });
});
