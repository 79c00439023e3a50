import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { evaluationPieces, noImageSteps } from '@eyegazer/core';
import { createLoader, fillImageCache, type DatasetVersion, type FilledCache } from '@eyegazer/data';
import { parsePreprocessorConfig } from '@eyegazer/formats';
import { until } from '../../until.js';
import { createEncodedVersion } from '../../unit/data/encoded-version.js';

const count = 300;
const size = 112; // with the head-room of the standard preset: 159 pixels

describe('processes that fill one cache of images', function () {
  this.timeout(180_000);
  let folder: string;
  let cacheFolder: string;
  let version: DatasetVersion;
  const children: ChildProcess[] = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eyegazer-cache-faults-'));
    version = await createEncodedVersion({ folder: join(folder, 'here'), count, width: 200, height: 160 });
  });
  beforeEach(() => {
    cacheFolder = mkdtempSync(join(folder, 'cache-'));
  });
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function startChild(name: string): Promise<{ go: () => void; filled: Promise<FilledCache>; kill: () => Promise<void> }> {
    const child = fork(fileURLToPath(new URL('./fill-cache-child.ts', import.meta.url)), [join(folder, name), cacheFolder, String(count), '159'], { execArgv: ['--import', 'tsx'] });
    children.push(child);
    await once(child, 'message');
    const filled = once(child, 'message').then(([message]) => message as FilledCache);
    filled.catch(() => undefined);
    return {
      go: () => child.send('go'),
      filled,
      kill: async () => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      },
    };
  }
  const segments = (): string[] => readdirSync(cacheFolder, { recursive: true }).map(String).filter((name) => name.endsWith('.pixels'));
  const fill = (): Promise<FilledCache> => fillImageCache({ cache: { folder: cacheFolder, limitBytes: 1e10 }, version, split: 'train', preparation: { steps: noImageSteps, kind: 'shrink', shorterEdge: 159 }, threads: 2 });
  async function load(changes: { cacheFolder?: string; version?: DatasetVersion }): Promise<string> {
    const hash = createHash('sha256');
    const loader = createLoader({
      version, split: 'train', pieces: evaluationPieces({ sampleCount: count, microBatch: 20 }), task: { kind: 'multiclass', loss: 'crossEntropy' },
      imageSize: size, preprocessor: parsePreprocessorConfig({}, 'p.json'), augment: 'standard', seed: 1, ...changes,
    });
    for await (const { pixels } of loader) hash.update(pixels);
    return hash.digest('hex');
  }

  it('share the work: each image is prepared once, by one or the other', async () => {
    const [a, b] = await Promise.all([startChild('a'), startChild('b')]);
    a.go();
    b.go();
    const [first, second] = await Promise.all([a.filled, b.filled]);
    assert.deepEqual([first.cached, second.cached], [count, count]);
    assert.equal(first.prepared + second.prepared, count);
    assert.ok(first.prepared > 0 && second.prepared > 0, `${first.prepared} and ${second.prepared}`);
    assert.deepEqual((await fill()).prepared, 0);
  });

  it('may be killed at any moment: what is there is whole, and the next goes on from it', async () => {
    const expected = await load({});
    let kept = 0;
    for (let round = 0; round < 6; round++) {
      const child = await startChild(`killed-${round}`);
      child.go();
      await until(() => segments().length > kept + 3 || segments().length >= 60);
      await setTimeout(17 * round);
      await child.kill();
      kept = segments().length;
      assert.equal(await load({ cacheFolder }), expected, `after kill ${round}`);
      assert.equal(segments().length, kept, 'a segment was not what it should be');
    }
    const { cached, prepared } = await fill();
    assert.equal(cached, count);
    assert.ok(prepared < count, 'nothing of what the killed ones did was used');
    assert.equal(await load({ cacheFolder, version: { ...version, shardPath: async () => join(folder, 'gone') } }), expected);
  });

  it('take over from one that died, and leave alone what one does that lives', async () => {
    const [dies, lives] = await Promise.all([startChild('dies'), startChild('lives')]);
    dies.go();
    await until(() => segments().length > 2);
    await dies.kill();
    const locked = readdirSync(cacheFolder, { recursive: true }).filter((name) => String(name).endsWith('.lock'));
    lives.go();
    const { cached, prepared } = await lives.filled;
    assert.equal(cached, count);
    assert.ok(prepared < count);
    assert.ok(locked.length > 0, 'the killed one held no lock');
    const left = readdirSync(cacheFolder, { recursive: true }).filter((name) => String(name).endsWith('.lock'));
    assert.ok(left.every((name) => locked.includes(name)), 'the living one left a lock of its own'); // nobody looks at that of a bucket that was whole already
  });

  it('go on when someone removes the folder under them', async () => {
    const filling = fill();
    await until(() => segments().length > 2);
    renameSync(cacheFolder, `${cacheFolder}-gone`); // at once: a folder that is removed file by file is filled again meanwhile
    const { cached, total } = await filling;
    assert.equal(total, count);
    assert.ok(cached < count);
    assert.equal(await load({ cacheFolder }), await load({}));
  });

  it('write segments that others can check by their last bytes', async () => {
    await fill();
    for (const name of segments()) assert.equal(readFileSync(join(cacheFolder, name)).subarray(-8).toString('latin1'), 'EYGPIX01');
  });
});
