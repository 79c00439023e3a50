import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentSummary, SubmitAnswer } from '@eyegazer/core';
import { prepareInputs, useApi } from '../api/api-world.js';
import { useCli } from './cli-world.js';
import { useGateways } from './gateway.js';

const good = `name: first
dataset: eyes
model: {base: nano}
training: {epochs: 2}
`;

describe('command line: submit', function () {
  this.timeout(60_000);
  const api = useApi();
  const cli = useCli(() => api.url);
  const startGateway = useGateways();
  before(() => prepareInputs(api));
  const write = (name: string, text: string): Promise<void> => writeFile(join(cli.folder, name), text);
  const list = (): Promise<ExperimentSummary[]> => cli.json<ExperimentSummary[]>(['ls', '--all']);

  it('says with --dry-run what it would do, and stores nothing', async () => {
    await write('run.yaml', good);
    const { code, stdout } = await cli.run(['submit', 'run.yaml', '--dry-run']);
    assert.equal(code, 0);
    assert.match(stdout, /^ID +NAME +UPDATES +TRAINED ON +HELD OUT +TRAINABLE +WARNINGS\n\(dry run\) +first +2 \(1 per epoch\) +27 +3 /);
    assert.match(stdout, /^! dataset: 3 images are held out/m);
    const [answer] = await cli.json<SubmitAnswer[]>(['submit', 'run.yaml', '--dry-run']);
    assert.deepEqual([answer?.id, answer?.name, answer?.plan.updates], [null, 'first', 2]);
    assert.deepEqual(await list(), []);
  });

  it('submits every document of a file, from standard input as well', async () => {
    const [first, second] = await cli.json<SubmitAnswer[]>(['submit', '-'], { input: `${good}---\n{"dataset": "eyes", "model": {"base": "nano"}, "name": "second"}\n` });
    const names = (await list()).map(({ id, name }) => [id, name]);
    assert.deepEqual(names, [[second?.id, 'second'], [first?.id, 'first']]);
  });

  it('names file, line and column of what is wrong, and submits nothing of a file with a mistake in it', async () => {
    const before = (await list()).length;
    await write('bad.yaml', `${good}---\ndataset: eyes\nlora:\n  r: 0\n`);
    const shape = await cli.run(['submit', 'bad.yaml']);
    assert.deepEqual([shape.code, shape.stdout, shape.stderr], [2, '', 'Error: bad.yaml:8:3: lora.r: expected a number >= 1, got 0\n']);
    await write('unknown.yaml', `${good}---\nname: x\ndataset: nowhere\n`);
    const unknown = await cli.run(['submit', 'unknown.yaml']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /^Error: unknown\.yaml:7:1: dataset: expected an imported dataset, got "nowhere"/);
    await write('broken.yaml', 'dataset: [eyes\nname: x\n');
    const broken = await cli.run(['submit', 'broken.yaml']);
    assert.equal(broken.code, 2);
    assert.match(broken.stderr, /^Error: broken\.yaml:2:1: /);
    assert.match((await cli.run(['submit', 'missing.yaml'])).stderr, /^Error: missing\.yaml cannot be read: there is no such file\.\n$/);
    assert.equal((await list()).length, before);
  });

  it('submits once although the first answer gets lost on its way', async () => {
    const before = (await list()).length;
    const keys: string[] = [];
    const gateway = await startGateway(api.url, ({ request, forward }) => {
      if (request.method !== 'POST') return forward();
      keys.push(String(request.headers['idempotency-key']));
      // The experiment is stored by the time the answer is cut.
      return keys.length === 1 ? forward(() => 'cut') : forward();
    });
    const [answer] = await cli.json<SubmitAnswer[]>(['submit', '-', '--url', gateway.url], { input: good });
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
    const after = await list();
    assert.equal(after.length, before + 1);
    assert.equal(after[0]?.id, answer?.id);
  });
});
