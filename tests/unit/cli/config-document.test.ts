import assert from 'node:assert/strict';
import { describeRefusal, parseConfigDocuments } from '@eyegazer/cli';
import { AppError, parseExperimentConfig } from '@eyegazer/core';

const yaml = `# a run
name: large
dataset: aptos
lora:
  r: 0
training:
  epochs: 10
  epoch: 3
  noDecay: [bias, ""]
`;

function refusalOf(text: string): string {
  const [document] = parseConfigDocuments(text, 'run.yaml');
  assert.ok(document);
  try {
    parseExperimentConfig(document.config);
  } catch (error) {
    const described = describeRefusal(error, document);
    assert.ok(described instanceof AppError);
    assert.equal(described.code, 'BAD_CONFIG');
    return described.message;
  }
  return assert.fail('the config was accepted');
}

describe('config file', () => {
  it('names file, line and column of every problem, also under the other name of adapter', () => {
    const lines = refusalOf(yaml).split('\n').sort();
    assert.deepEqual(lines, [
      'run.yaml:5:3: lora.r: expected a number >= 1, got 0',
      'run.yaml:8:3: training.epoch: expected no such key; remove it or check its spelling',
      'run.yaml:9:19: training.noDecay[1]: expected text of length >= 1, got ""',
    ]);
  });

  it('points at what should hold a key that is missing', () => {
    assert.match(refusalOf('name: x\ntraining: {epochs: 3}\n'), /^run\.yaml:1:1: dataset: expected text, got nothing/);
  });

  it('points into JSON as well', () => {
    assert.match(refusalOf('{\n\t"dataset": "aptos",\n\t"training": {"epochs": 0}\n}'), /^run\.yaml:3:15: training\.epochs: expected a number >= 1, got 0/);
  });

  it('points at the right one of several documents', () => {
    const documents = parseConfigDocuments('dataset: a\n---\ndataset: b\nname: second\n', 'two.yaml');
    assert.deepEqual(documents.map(({ config }) => config), [{ dataset: 'a' }, { dataset: 'b', name: 'second' }]);
    assert.equal(documents[1]?.locate('name'), 'two.yaml:4:1');
  });

  it('passes over an empty document, and refuses a file without any', () => {
    assert.equal(parseConfigDocuments('---\ndataset: a\n---\n', 'x').length, 1);
    for (const text of ['', '---\n', '# nothing\n']) assert.throws(() => parseConfigDocuments(text, 'x.yaml'), /^AppError: x\.yaml: expected an experiment config/);
  });

  it('says where YAML is broken', () => {
    assert.throws(() => parseConfigDocuments('dataset: a\ntraining: {epochs: 3\nname: b\n', 'x.yaml'), { code: 'BAD_CONFIG', message: /^x\.yaml:3:1: / });
    assert.throws(() => parseConfigDocuments('dataset: a\ndataset: b\n', 'x.yaml'), { message: /^x\.yaml:2:1: Map keys must be unique/ });
    assert.throws(() => parseConfigDocuments('dataset: *nowhere\n', 'x.yaml'), { code: 'BAD_CONFIG' });
  });

  it('refuses a file that grows without bounds when its aliases are followed', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}\n`;
    assert.throws(() => parseConfigDocuments(bomb, 'bomb.yaml'), { code: 'BAD_CONFIG', message: /alias/i });
  });

  it('leaves an error alone that is not about the config', () => {
    const [document] = parseConfigDocuments('dataset: a', 'x');
    assert.ok(document);
    const error = new AppError('UNAVAILABLE', 'away');
    assert.equal(describeRefusal(error, document), error);
  });
});
