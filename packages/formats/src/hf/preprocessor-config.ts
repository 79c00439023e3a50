/**
 * preprocessor_config.json of a Hugging Face ViT, DeiT or DINOv2: how an image becomes the model's pixels. Missing keys
 * take the defaults of the image processor it names, else of the one that belongs to the model's type.
 *
 * What is meant are the pixels of Transformers' PIL image processors (`use_fast=False`, `backend="pil"`); those made with
 * torchvision differ from them by a grey level here and there.
 * Source: transformers models/{vit,deit,bit}/image_processing_pil_*.py
 */
import { AppError } from '@eyegazer/core';
import { z } from 'zod';
import { resampleNumbers, type Resample } from '../image/resample-filters.js';
import { parseFile } from '../json/parse-file.js';
import type { ViTModelType } from './vit-config.js';

interface PixelSize {
  readonly height: number;
  readonly width: number;
}

export interface PreprocessorConfig {
  /** Pixels the model gets. */
  readonly size: PixelSize;
  /**
   * What the image is resized to before its centre of `size` is cut out: stretched to a height and width, or with its
   * aspect kept to a length of its shorter side. Null: the image is stretched to `size` itself.
   */
  readonly centerCropFrom: PixelSize | { readonly shortestEdge: number } | null;
  readonly resample: Resample;
  readonly doRescale: boolean;
  readonly rescaleFactor: number;
  readonly doNormalize: boolean;
  /** Of red, green and blue, after rescaling. */
  readonly imageMean: readonly [number, number, number];
  readonly imageStd: readonly [number, number, number];
}

const families = ['ViT', 'DeiT', 'Bit'] as const;
type Family = (typeof families)[number];
const typeNames = families.flatMap((family) => ['ImageProcessor', 'ImageProcessorFast', 'FeatureExtractor'].map((suffix) => `${family}${suffix}`));

const pixels = z.int().min(1).max(8192);
const pixelSize = z.strictObject({ height: pixels, width: pixels });
const rgb = (value: z.ZodNumber) => z.tuple([value, value, value]);

const schema = z.object({
  image_processor_type: z.enum(typeNames).optional(),
  feature_extractor_type: z.enum(typeNames).optional(),
  do_resize: z.literal(true).default(true),
  do_center_crop: z.boolean().nullish(),
  do_pad: z.literal(false).nullish(),
  size: z.union([pixels, pixelSize, z.strictObject({ shortest_edge: pixels })]).optional(),
  crop_size: z.union([pixels, pixelSize]).nullish(),
  resample: z.literal(Object.values(resampleNumbers)).optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().positive().default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: rgb(z.number()).optional(),
  image_std: rgb(z.number().positive()).optional(),
});

const half = [0.5, 0.5, 0.5] as const;
const clipMean = [0.48145466, 0.4578275, 0.40821073] as const;
const clipStd = [0.26862954, 0.26130258, 0.27577711] as const;

/** Defaults of the three processors. `square`: what a bare number given as `size` means. */
const defaults = {
  ViT: { size: 224, square: true, crop: false, cropSize: undefined, resample: 'bilinear', mean: half, std: half },
  DeiT: { size: 256, square: true, crop: true, cropSize: 224, resample: 'bicubic', mean: half, std: half },
  Bit: { size: 224, square: false, crop: true, cropSize: 224, resample: 'bicubic', mean: clipMean, std: clipStd },
} as const satisfies Record<Family, unknown>;

const familyOfModel: Readonly<Record<ViTModelType, Family>> = { vit: 'ViT', deit: 'DeiT', dinov2: 'Bit', dinov2_with_registers: 'Bit' };

/**
 * Parses preprocessor_config.json; `file` is its name in messages. `modelType` decides where the file names no processor.
 * @throws AppError BAD_MODEL naming the key when the pipeline is not resize, perhaps centre crop, rescale, normalise.
 */
export function parsePreprocessorConfig(json: unknown, file: string, modelType: ViTModelType = 'vit'): PreprocessorConfig {
  const raw = parseFile(schema, json, { file, code: 'BAD_MODEL' });
  const typeName = raw.image_processor_type ?? raw.feature_extractor_type;
  const usual = defaults[families.find((family) => typeName?.startsWith(family)) ?? familyOfModel[modelType]];
  const fail = (path: string, problem: string): never => {
    throw new AppError('BAD_MODEL', `${file}: ${path}: ${problem}.`, { path });
  };
  const given = raw.size ?? usual.size;
  const resized = typeof given !== 'number' ? given : usual.square ? { height: given, width: given } : { shortest_edge: given };
  const rest = {
    resample: raw.resample === undefined ? usual.resample : resampleByNumber(raw.resample),
    doRescale: raw.do_rescale,
    rescaleFactor: raw.rescale_factor,
    doNormalize: raw.do_normalize,
    imageMean: raw.image_mean ?? usual.mean,
    imageStd: raw.image_std ?? usual.std,
  };
  if (!(raw.do_center_crop ?? usual.crop)) {
    if ('shortest_edge' in resized) return fail('do_center_crop', 'expected true, as size.shortest_edge alone leaves images of any shape, got false');
    return { size: resized, centerCropFrom: null, ...rest };
  }
  const crop = raw.crop_size ?? usual.cropSize ?? fail('crop_size', 'expected the size to crop to, as do_center_crop says, got nothing');
  return {
    size: typeof crop === 'number' ? { height: crop, width: crop } : crop,
    centerCropFrom: 'shortest_edge' in resized ? { shortestEdge: resized.shortest_edge } : resized,
    ...rest,
  };
}

/** Writes preprocessor_config.json in the form that Transformers 4 and 5 both read. */
export function writePreprocessorConfig(config: PreprocessorConfig): string {
  const { size, centerCropFrom: from } = config;
  const pixelsOf = ({ height, width }: PixelSize) => ({ height, width });
  const type: Family = from === null ? 'ViT' : 'shortestEdge' in from ? 'Bit' : 'DeiT';
  const json = {
    ...(from === null ? {} : { crop_size: pixelsOf(size), do_center_crop: true }),
    do_normalize: config.doNormalize,
    do_rescale: config.doRescale,
    do_resize: true,
    image_mean: config.imageMean,
    image_processor_type: `${type}ImageProcessor`,
    image_std: config.imageStd,
    resample: resampleNumbers[config.resample],
    rescale_factor: config.rescaleFactor,
    size: from === null ? pixelsOf(size) : 'shortestEdge' in from ? { shortest_edge: from.shortestEdge } : pixelsOf(from),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** The same pipeline for another image size: what is resized to before the crop is scaled in proportion and rounded. */
export function scalePreprocessor(config: PreprocessorConfig, imageSize: number): PreprocessorConfig {
  const { size, centerCropFrom: from } = config;
  const scaled = (pixels: number, of: number): number => Math.round((pixels * imageSize) / of);
  const scaledFrom =
    from === null ? null
    : 'shortestEdge' in from ? { shortestEdge: scaled(from.shortestEdge, Math.min(size.height, size.width)) }
    : { height: scaled(from.height, size.height), width: scaled(from.width, size.width) };
  return { ...config, size: { height: imageSize, width: imageSize }, centerCropFrom: scaledFrom };
}

function resampleByNumber(number: number): Resample {
  const names = Object.keys(resampleNumbers) as Resample[];
  const name = names.find((candidate) => resampleNumbers[candidate] === number);
  if (!name) throw new AppError('INTERNAL', `No resampling filter has the number ${number}.`);
  return name;
}
