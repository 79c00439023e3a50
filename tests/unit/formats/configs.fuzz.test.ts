import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@eyegazer/core';
import { checkFinite, loadBaseModel, parsePreprocessorConfig, parseViTConfig, readPeftAdapter, vitModelTypes, vitTensorShapes } from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';
import { createRandom, fuzzSeed, mutateBytes, mutateJson } from '../../mutate.js';

const rounds = 10_000;
const folderRounds = 500;
const readJson = (path: string): object => JSON.parse(readFileSync(fixturePath(path), 'utf8')) as object;
const originals = new Map(vitModelTypes.map((family) => [family, { config: readJson(`families/${family}/config.json`), preprocessor: readJson(`families/${family}/preprocessor_config.json`) }]));

/** Runs a reader; anything but a typed refusal is a crash. */
async function isRefused(read: () => unknown, codes: readonly string[], round: number): Promise<boolean> {
  try {
    await read();
    return false;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    assert.ok(codes.includes(error.code), `round ${round}: ${error.code}: ${error.message}`);
    return true;
  }
}

describe(`configs under mutation (FUZZ_SEED=${fuzzSeed})`, function () {
  this.timeout(120_000);
  const random = createRandom(fuzzSeed);

  it(`config.json and preprocessor_config.json are taken or refused with BAD_MODEL, ${rounds} times`, async () => {
    let refused = 0;
    for (let round = 0; round < rounds; round++) {
      const family = random.pick(vitModelTypes);
      const isConfig = round % 2 === 0;
      const json = mutateJson(originals.get(family)![isConfig ? 'config' : 'preprocessor'], random);
      const read = (): unknown => (isConfig ? vitTensorShapes(parseViTConfig(json, 'config.json')) : parsePreprocessorConfig(json, 'p.json', family));
      if (await isRefused(read, ['BAD_MODEL'], round)) refused++;
    }
    assert.ok(refused > rounds / 4, `only ${refused} of ${rounds} mutations were refused`);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  describe('a folder on disk', () => {
    let root: string;
    before(() => {
      root = mkdtempSync(join(tmpdir(), 'eyegazer-fuzz-'));
      for (const family of vitModelTypes) cpSync(fixturePath(`families/${family}`), join(root, family), { recursive: true });
      cpSync(fixturePath('golden/adapter_step3_dual'), join(root, 'adapter'), { recursive: true });
    });
    after(() => rmSync(root, { recursive: true }));

    it(`of any family is loaded and checked, or refused, after a change in any of its files, ${folderRounds} times`, async () => {
      let refused = 0;
      for (let round = 0; round < folderRounds; round++) {
        const family = random.pick(vitModelTypes);
        const folder = join(root, family);
        const weights = family === 'dinov2' ? ['model.safetensors.index.json', 'model-00001-of-00003.safetensors'] : ['model.safetensors'];
        const path = join(folder, random.pick(['config.json', 'preprocessor_config.json', ...weights]));
        const original = readFileSync(path);
        const isJson = path.endsWith('.json') && random.below(2) === 0;
        writeFileSync(path, isJson ? JSON.stringify(mutateJsonToWrite(original)) : mutateBytes(original, random, Math.min(original.length, 4000)));
        const load = async (): Promise<void> => checkFinite(await loadBaseModel(folder));
        if (await isRefused(load, ['BAD_MODEL', 'BAD_FILE'], round)) refused++;
        writeFileSync(path, original);
      }
      assert.ok(refused > folderRounds / 4, `only ${refused} of ${folderRounds} mutations were refused`);
    });

    it(`that holds an adapter is read or refused, ${folderRounds} times`, async () => {
      for (let round = 0; round < folderRounds; round++) {
        const folder = join(root, 'adapter');
        const path = join(folder, random.pick(['adapter_config.json', 'adapter_model.safetensors']));
        const original = readFileSync(path);
        const isJson = path.endsWith('.json') && random.below(2) === 0;
        writeFileSync(path, isJson ? JSON.stringify(mutateJsonToWrite(original)) : mutateBytes(original, random, Math.min(original.length, 3000)));
        await isRefused(() => readPeftAdapter(folder), ['BAD_FILE', 'UNSUPPORTED'], round);
        writeFileSync(path, original);
      }
    });

    /** What is nested too deeply for JSON.stringify is drawn again. */
    function mutateJsonToWrite(original: Buffer): unknown {
      for (;;) {
        const mutated = mutateJson(JSON.parse(original.toString('utf8')) as object, random);
        try {
          JSON.stringify(mutated);
          return mutated;
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
      }
    }
  });
});
