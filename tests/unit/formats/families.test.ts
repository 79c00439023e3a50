import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkpointTensorName, headFeatures, loadBaseModel, openCheckpoint, ownTensorName, parsePreprocessorConfig, parseSafetensors, parseViTConfig, scalePreprocessor,
  vitModelTypes, vitTensorShapes, writePreprocessorConfig, writeViTConfig, type PreprocessorConfig, type ViTConfig,
} from '@eyegazer/formats';
import { fixturePath } from '../../fixture-path.js';

/** config.json and preprocessor_config.json as these repositories have them; of the first the keys that describe the model. */
const hub = JSON.parse(readFileSync(fixturePath('hub-configs.json'), 'utf8')) as Record<string, { config: { model_type: ViTConfig['modelType'] }; preprocessor: object }>;

const bicubic = { resample: 'bicubic', doRescale: true, rescaleFactor: 1 / 255, doNormalize: true, imageMean: [0.485, 0.456, 0.406], imageStd: [0.229, 0.224, 0.225] } as const;
const bilinear = { resample: 'bilinear', doRescale: true, rescaleFactor: 1 / 255, doNormalize: true, imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5] } as const;
const size = { height: 224, width: 224 };

interface Expected {
  /** As published, without heads, pooler and mask token. */
  parameters: number;
  prefix: number;
  head: number;
  preprocessor: PreprocessorConfig;
}

const expected: Record<string, Expected> = {
  'google/vit-base-patch16-224-in21k': { parameters: 85_798_656, prefix: 1, head: 768, preprocessor: { size, centerCropFrom: null, ...bilinear } },
  'google/vit-base-patch16-224': { parameters: 85_798_656, prefix: 1, head: 768, preprocessor: { size, centerCropFrom: null, ...bilinear } },
  'google/vit-huge-patch14-224-in21k': { parameters: 630_764_800, prefix: 1, head: 1280, preprocessor: { size, centerCropFrom: null, ...bilinear } },
  'facebook/deit-base-distilled-patch16-224': { parameters: 87_338_192 - 2 * 769_000, prefix: 2, head: 768, preprocessor: { size, centerCropFrom: { height: 256, width: 256 }, ...bicubic } },
  'facebook/dinov2-base': { parameters: 86_580_480 - 768, prefix: 1, head: 1536, preprocessor: { size, centerCropFrom: { shortestEdge: 256 }, ...bicubic } },
  'facebook/dinov2-with-registers-base': { parameters: 86_583_552 - 768, prefix: 5, head: 1536, preprocessor: { size, centerCropFrom: { shortestEdge: 256 }, ...bicubic } },
};

describe('models of the hub', () => {
  for (const [name, { parameters, prefix, head, preprocessor }] of Object.entries(expected)) {
    it(`reads the configs of ${name}`, () => {
      const stored = hub[name]!;
      const config = parseViTConfig(stored.config, 'config.json');
      const count = [...vitTensorShapes(config).values()].reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
      assert.deepEqual([count, config.numPrefixTokens, headFeatures(config)], [parameters, prefix, head]);
      assert.deepEqual(parseViTConfig(JSON.parse(writeViTConfig(config)), 'config.json'), config);
      const parsed = parsePreprocessorConfig(stored.preprocessor, 'p.json', config.modelType);
      assert.deepEqual(parsed, preprocessor);
      assert.deepEqual(parsePreprocessorConfig(JSON.parse(writePreprocessorConfig(parsed)), 'p.json'), parsed);
    });
  }
});

describe('preprocessors', () => {
  it('that name no processor take the defaults of their model', () => {
    const of = (modelType: ViTConfig['modelType']): PreprocessorConfig => parsePreprocessorConfig({ size: 32, crop_size: 28 }, 'p.json', modelType);
    assert.deepEqual(of('vit'), { size: { height: 32, width: 32 }, centerCropFrom: null, ...bilinear });
    assert.deepEqual(of('deit'), { ...bilinear, size: { height: 28, width: 28 }, centerCropFrom: { height: 32, width: 32 }, resample: 'bicubic' });
    assert.deepEqual(of('dinov2'), {
      ...bilinear, size: { height: 28, width: 28 }, centerCropFrom: { shortestEdge: 32 }, resample: 'bicubic',
      imageMean: [0.48145466, 0.4578275, 0.40821073], imageStd: [0.26862954, 0.26130258, 0.27577711],
    });
  });

  it('scale what they crop from in proportion to the image size', () => {
    const preprocessor = { size, centerCropFrom: { shortestEdge: 256 }, ...bicubic };
    assert.deepEqual(scalePreprocessor(preprocessor, 518), { ...preprocessor, size: { height: 518, width: 518 }, centerCropFrom: { shortestEdge: 592 } });
    assert.deepEqual(scalePreprocessor({ ...preprocessor, centerCropFrom: size }, 98).centerCropFrom, { height: 98, width: 98 });
    assert.equal(scalePreprocessor({ ...preprocessor, centerCropFrom: null }, 98).centerCropFrom, null);
  });
});

describe('tensor names', () => {
  for (const modelType of vitModelTypes) {
    it(`of ${modelType}: the name in a checkpoint means the tensor it was made from, with and without prefix, in both eras`, async () => {
      const config = parseViTConfig(JSON.parse(readFileSync(fixturePath(`families/${modelType}/config.json`), 'utf8')), 'config.json');
      for (const own of vitTensorShapes(config).keys()) {
        const onDisk = checkpointTensorName(own, modelType);
        assert.equal(ownTensorName(onDisk, modelType), own);
        assert.equal(ownTensorName(onDisk.slice(modelType.length + 1), modelType), own);
        const renewed = onDisk.replace('attention.attention.query', 'attention.q_proj').replace('attention.output.dense', 'attention.o_proj');
        assert.equal(ownTensorName(renewed, modelType), own);
      }
      const { tensors } = await openCheckpoint(fixturePath(`families/${modelType}`));
      assert.ok([...vitTensorShapes(config).keys()].every((own) => [...tensors.keys()].some((name) => ownTensorName(name, modelType) === own)));
    });
  }

  it('of DINOv2 are those of Transformers', () => {
    assert.equal(checkpointTensorName('encoder.layer.3.output.dense.weight', 'dinov2'), 'dinov2.encoder.layer.3.mlp.fc2.weight');
    assert.equal(checkpointTensorName('encoder.layer.3.attention.output.dense.bias', 'dinov2'), 'dinov2.encoder.layer.3.attention.output.dense.bias');
    assert.equal(checkpointTensorName('encoder.layer.11.layernorm_after.bias', 'dinov2_with_registers'), 'dinov2_with_registers.encoder.layer.11.norm2.bias');
    assert.equal(checkpointTensorName('encoder.layer.0.layer_scale1.lambda1', 'dinov2'), 'dinov2.encoder.layer.0.layer_scale1.lambda1');
    assert.equal(checkpointTensorName('encoder.layer.3.output.dense.weight', 'deit'), 'deit.encoder.layer.3.output.dense.weight');
  });
});

describe('image size', () => {
  const folder = (modelType: ViTConfig['modelType']): string => fixturePath(join('families', modelType));

  it("is the preprocessor's where none is asked for: DINOv2 crops to another than it was pretrained at", async () => {
    const model = await loadBaseModel(folder('dinov2'));
    assert.equal(model.config.imageSize, 12);
    assert.deepEqual(model.preprocessor.size, { height: 12, width: 12 });
    const positions = model.tensors.get('embeddings.position_embeddings')!;
    assert.deepEqual([positions.shape, positions.isInPlace], [[1, 10, 16], false]);
    assert.equal((await model.readTensor('embeddings.position_embeddings')).length, 160);
  });

  it('asked for sets positions, preprocessor and parameter count together', async () => {
    const model = await loadBaseModel(folder('deit'), { imageSize: 24 });
    assert.deepEqual(model.preprocessor.centerCropFrom, { height: 28, width: 28 });
    assert.equal(model.parameterCount - (await loadBaseModel(folder('deit'))).parameterCount, (36 - 9) * 16);
  });

  it('leaves the class and distillation positions as they are', async () => {
    const [larger, own] = await Promise.all([loadBaseModel(folder('deit'), { imageSize: 24 }), loadBaseModel(folder('deit'))]);
    const name = 'embeddings.position_embeddings';
    assert.deepEqual((await larger.readTensor(name)).slice(0, 32), (await own.readTensor(name)).slice(0, 32));
  });

  it('of no multiple of the patch is refused, with the nearest that is', async () => {
    await assert.rejects(loadBaseModel(folder('vit'), { imageSize: 15 }), { code: 'BAD_CONFIG', path: 'model.imageSize', message: /multiple of the model's patch size 4, got 15\. The nearest is 16\./ });
  });
});

describe('a sharded checkpoint', () => {
  it('has its tensors where the index says, half precision read as float32', async () => {
    const model = await loadBaseModel(folder(), { imageSize: 20 });
    assert.deepEqual(model.files, [
      'config.json', 'preprocessor_config.json', 'model.safetensors.index.json',
      'model-00001-of-00003.safetensors', 'model-00002-of-00003.safetensors', 'model-00003-of-00003.safetensors',
    ]);
    for (const [name, tensor] of model.tensors) {
      const shard = parseSafetensors(readFileSync(tensor.path));
      assert.deepEqual(await model.readTensor(name), Float32Array.from(shard.readTensor(tensor.nameInFile)), name);
      assert.equal(tensor.isInPlace, false);
    }
  });

  const folder = (): string => fixturePath('families/dinov2');
});
