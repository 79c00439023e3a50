/** What of a model trains, as a config says it: a LoRA adapter beside the frozen base, the head alone, or everything. */
import { z } from 'zod';
import { loraTargetModules } from './lora-targets.js';

const wholeNumber = z.int();

export const loraAdapterSchema = z.strictObject({
  // Optional inside its default: a union looks for the method before defaults are filled in.
  method: z.literal('lora').optional().default('lora'),
  r: wholeNumber.min(1).max(1024).default(16),
  alpha: z.number().positive().default(16),
  dropout: z.number().min(0).lt(1).default(0.1),
  targetModules: z
    .union([z.literal('all-linear'), z.array(z.enum(loraTargetModules)).min(1)])
    .default(['query', 'value'])
    .describe('Linear layers that get an adapter; `all-linear` means every one of every block.'),
  useRslora: z.boolean().default(false),
  layersToTransform: z.array(wholeNumber.min(0)).min(1).nullable().default(null),
  modulesToSave: z.tuple([z.literal('classifier')]).default(['classifier']),
});

/** What of a model can train. */
export const adapterMethods = ['lora', 'head', 'full'] as const;
export type AdapterMethod = (typeof adapterMethods)[number];

export const adapterSchema = z.discriminatedUnion('method', [
  loraAdapterSchema,
  z.strictObject({ method: z.literal('head').describe('Only the classification head trains, on what the frozen base model sees.') }),
  z.strictObject({ method: z.literal('full').describe('Every weight of the model trains; for small base models.') }),
]);

export type AdapterConfig = z.infer<typeof adapterSchema>;
export type LoraAdapterConfig = z.infer<typeof loraAdapterSchema>;
