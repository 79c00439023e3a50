import assert from 'node:assert/strict';
import { createCompiledGraphs, createEvalSession, createTrainSession, type CompiledGraphs, type SessionOptions } from '@eyegazer/engine';
import { tinyInput, tinySession, tinyTrainable } from './tiny-model.js';

/** Graphs that only say when they are freed. */
function createLog(): { log: string[]; compile: (name: string) => () => ReturnType<Parameters<CompiledGraphs['open']>[1]> } {
  const log: string[] = [];
  return {
    log,
    compile: (name) => async () => {
      log.push(`+${name}`);
      return { run: async () => ({}), dispose: async () => void log.push(`-${name}`) };
    },
  };
}

/** Keeps what it is given and counts what is compiled. */
function countCompilations(graphs: CompiledGraphs): CompiledGraphs & { compilations: number } {
  const counting = {
    compilations: 0,
    open: (key: string, compile: Parameters<CompiledGraphs['open']>[1]) =>
      graphs.open(key, () => {
        counting.compilations += 1;
        return compile();
      }),
    dispose: graphs.dispose,
  };
  return counting;
}

describe('compiled graphs', () => {
  it('are compiled once, shared, and kept when nobody uses them, those used last', async () => {
    const { log, compile } = createLog();
    const graphs = createCompiledGraphs({ mostIdle: 1 });
    const [a, again, b] = await Promise.all([graphs.open('a', compile('a')), graphs.open('a', compile('a')), graphs.open('b', compile('b'))]);
    assert.deepEqual(log, ['+a', '+b']);
    await a.dispose();
    await a.dispose(); // a second time hands nothing back
    await b.dispose();
    assert.deepEqual(log, ['+a', '+b'], 'a is still used, b is the one kept');
    await again.dispose();
    assert.deepEqual(log, ['+a', '+b', '-b']);
    await graphs.open('a', compile('a'));
    assert.deepEqual(log, ['+a', '+b', '-b']);
  });

  it('are freed in the end, those in use when they come back', async () => {
    const { log, compile } = createLog();
    const graphs = createCompiledGraphs({ mostIdle: 2 });
    const used = await graphs.open('used', compile('used'));
    await (await graphs.open('idle', compile('idle'))).dispose();
    await graphs.dispose();
    assert.deepEqual(log, ['+used', '+idle', '-idle']);
    await used.dispose();
    assert.deepEqual(log, ['+used', '+idle', '-idle', '-used']);
  });

  it('that failed are tried again', async () => {
    const { log, compile } = createLog();
    const graphs = createCompiledGraphs({ mostIdle: 1 });
    await assert.rejects(graphs.open('a', () => Promise.reject(new Error('no memory'))), /no memory/);
    await graphs.open('a', compile('a'));
    assert.deepEqual(log, ['+a']);
  });

  it('are found by what they compute: shape, model, adaptation; evaluation and step apart', async () => {
    const compiled = countCompilations(createCompiledGraphs({ mostIdle: 8 }));
    const options = { ...(await tinySession({ engine: 'traced' })), compiled };
    const trainable = tinyTrainable(options);
    const { pixels } = tinyInput(options, [0, 1, 2], trainable);
    const evaluate = async (changed: Partial<SessionOptions>): Promise<Float32Array> => {
      const session = await createEvalSession({ ...options, ...changed });
      const logits = await session.logits({ pixels, n: 3, trainable });
      await session.dispose();
      return logits;
    };
    const first = await evaluate({});
    assert.equal(compiled.compilations, 1);
    assert.deepEqual(await evaluate({ adaptation: { ...options.adaptation } }), first);
    assert.equal(compiled.compilations, 1);
    await evaluate({ microBatch: options.microBatch + 1 });
    assert.equal(compiled.compilations, 2);
    await evaluate({ model: { ...options.model, dir: `${options.model.dir}/.` } });
    assert.equal(compiled.compilations, 3);
    await (await createTrainSession(options)).dispose();
    assert.equal(compiled.compilations, 4);
    await compiled.dispose();
  });
});
