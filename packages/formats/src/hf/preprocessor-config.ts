/**
 * preprocessor_config.json of a Hugging Face ViT: how an image becomes the model's pixels. Reads the form of
 * 2021 (`size` a number, no `resample`, no type) as transformers' ViTImageProcessor reads it.
 */
import { AppError } from '@eyegazer/core';
import { z } from 'zod';
import { resampleNumbers, type Resample } from '../image/resample-filters.js';
import { parseFile } from '../json/parse-file.js';

export interface PreprocessorConfig {
  /** Pixels; the image is stretched to it, its aspect is not kept. */
  readonly size: { readonly height: number; readonly width: number };
  readonly resample: Resample;
  readonly doRescale: boolean;
  readonly rescaleFactor: number;
  readonly doNormalize: boolean;
  /** Of red, green and blue, after rescaling. */
  readonly imageMean: readonly [number, number, number];
  readonly imageStd: readonly [number, number, number];
}

const processorTypes = ['ViTImageProcessor', 'ViTImageProcessorFast', 'ViTFeatureExtractor'] as const;
const pixels = z.int().min(1);
const rgb = (value: z.ZodNumber) => z.tuple([value, value, value]).default([0.5, 0.5, 0.5]);

const schema = z.object({
  image_processor_type: z.enum(processorTypes).optional(),
  feature_extractor_type: z.enum(processorTypes).optional(),
  do_resize: z.literal(true).default(true),
  do_center_crop: z.literal(false).nullish(),
  size: z.union([pixels, z.object({ height: pixels, width: pixels })]).default(224),
  resample: z.literal(Object.values(resampleNumbers)).default(resampleNumbers.bilinear),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().positive().default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: rgb(z.number()),
  image_std: rgb(z.number().positive()),
});

/**
 * Parses preprocessor_config.json; `file` is its name in messages.
 * @throws AppError BAD_MODEL naming the key when the pipeline is not resize, rescale, normalise.
 */
export function parsePreprocessorConfig(json: unknown, file: string): PreprocessorConfig {
  const raw = parseFile(schema, json, { file, code: 'BAD_MODEL' });
  return {
    size: typeof raw.size === 'number' ? { height: raw.size, width: raw.size } : raw.size,
    resample: resampleByNumber(raw.resample),
    doRescale: raw.do_rescale,
    rescaleFactor: raw.rescale_factor,
    doNormalize: raw.do_normalize,
    imageMean: raw.image_mean,
    imageStd: raw.image_std,
  };
}

/** Writes preprocessor_config.json in the form that Transformers 4 and 5 both read. */
export function writePreprocessorConfig(config: PreprocessorConfig): string {
  const json = {
    do_normalize: config.doNormalize,
    do_rescale: config.doRescale,
    do_resize: true,
    image_mean: config.imageMean,
    image_processor_type: 'ViTImageProcessor',
    image_std: config.imageStd,
    resample: resampleNumbers[config.resample],
    rescale_factor: config.rescaleFactor,
    size: { height: config.size.height, width: config.size.width },
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function resampleByNumber(number: number): Resample {
  const names = Object.keys(resampleNumbers) as Resample[];
  const name = names.find((candidate) => resampleNumbers[candidate] === number);
  if (!name) throw new AppError('INTERNAL', `No resampling filter has the number ${number}.`);
  return name;
}
