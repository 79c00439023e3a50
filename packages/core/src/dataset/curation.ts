import { z } from 'zod';
import { splitConfigSchema } from './dataset-split.js';

/** What becomes of a group of images with the same pixels. Whatever stays is on one side of the split. */
export const duplicatePolicies = ['keepAll', 'keepOne', 'dropGroup'] as const;
export type DuplicatePolicy = (typeof duplicatePolicies)[number];

const classSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  labels: z.array(z.string().min(1)).min(1).describe('Labels of the source that mean this class.'),
});

/** What a person chooses to make a version of a dataset from what was imported. */
export const curationSchema = z.strictObject({
  classes: z
    .array(classSchema)
    .min(2)
    .max(1000)
    .nullable()
    .default(null)
    .describe('The classes in the order of their ids. Several labels in one class are merged; images whose label is in no class are left out. null makes a class of every label.'),
  ordinal: z.boolean().nullable().default(null).describe('Whether the order of the classes means something, as grades do; null says yes where the labels are numbers.'),
  duplicates: z.enum(duplicatePolicies).default('keepAll').describe('Images with the same pixels and the same class.'),
  conflicts: z
    .enum(duplicatePolicies)
    .default('keepAll')
    .describe('Images with the same pixels and different classes. keepOne keeps the first image of the class that most of them have.'),
  split: splitConfigSchema.prefault({ kind: 'stratified' }),
});
export type Curation = z.infer<typeof curationSchema>;
export type CurationInput = z.input<typeof curationSchema>;
