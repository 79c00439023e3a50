import assert from 'node:assert/strict';
import { chooseModelFiles, findShards, textsOf } from '@eyegazer/api';

const file = (name: string, byteLength = 100) => ({ name, byteLength, digest: null, tag: name });
const folder = (...names: string[]) => ({ source: 'hub:a/b@c', files: names.map((name) => file(name)) });
const texts = ['config.json', 'preprocessor_config.json'];

describe('the files of a repository that make a base model', () => {
  it('are its two configs and its weights, whole ones before shards', () => {
    const whole = chooseModelFiles(folder(...texts, 'README.md', 'model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin'));
    assert.deepEqual([whole.weights.kind, whole.weights.file.name], ['whole', 'model.safetensors']);
    assert.deepEqual(textsOf(whole).map(({ name }) => name), texts);
    const sharded = chooseModelFiles(folder(...texts, 'model.safetensors.index.json', 'model-00001-of-00002.safetensors'));
    assert.deepEqual(textsOf(sharded).map(({ name }) => name), [...texts, 'model.safetensors.index.json']);
  });

  it('are named each once, those that are missing too', () => {
    const shards = folder('b.safetensors', 'a.safetensors', 'c.safetensors');
    assert.deepEqual(findShards(shards, ['b.safetensors', 'a.safetensors', 'b.safetensors']).map(({ name }) => name), ['a.safetensors', 'b.safetensors']);
    assert.throws(() => findShards(shards, ['a.safetensors', 'd.safetensors']), { code: 'BAD_FILE', message: 'hub:a/b@c: model.safetensors.index.json names d.safetensors, which is not there.' });
  });

  it('are refused where one is missing, or weights come in another format, with what to do', () => {
    const refused = (names: string[], message: RegExp): void => {
      assert.throws(() => chooseModelFiles(folder(...names)), { code: 'BAD_MODEL', message });
    };
    refused([], /^hub:a\/b@c: expected model\.safetensors, found nothing\. Is it a model/);
    refused([...texts, 'README.md'], /expected model\.safetensors, found config\.json, preprocessor_config\.json, README\.md\./);
    refused([...texts, 'pytorch_model.bin'], /expected model\.safetensors, got pytorch_model\.bin, a pickle, .*save_pretrained/);
    refused([...texts, 'B_16.npz'], /got B_16\.npz, a JAX checkpoint/);
    refused(['preprocessor_config.json', 'model.safetensors'], /expected config\.json, found preprocessor_config\.json/);
    refused(['config.json', 'model.safetensors'], /has no preprocessor_config\.json, which says how an image becomes pixels\. Download the model into a folder, put that file/);
  });

  it('are refused where a config is as large as weights', () => {
    const files = [file('config.json', 1e9), file('preprocessor_config.json'), file('model.safetensors')];
    assert.throws(() => chooseModelFiles({ source: 's3://b/p', files }), { code: 'BAD_MODEL', message: /^s3:\/\/b\/p: config\.json: expected at most 16777216 bytes, got 1000000000\.$/ });
  });
});
