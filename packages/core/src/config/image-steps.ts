import { z } from 'zod';

/** What is done to every photograph of a fundus before the model's own preprocessing, in training and evaluation alike. */
export const imageStepsSchema = z.strictObject({
  cropToDisc: z.boolean().default(false).describe('Cut to the square around the bright disc; what of it lies outside the image is black.'),
  localMean: z.boolean().default(false).describe("Ben Graham's: four times the difference to the local mean, around mid grey. It evens out light and colour."),
  circularMask: z.boolean().default(false).describe('Black outside of 95 % of the radius of the disc, where notches and reflections tell the camera; with cropToDisc only.'),
});
export type ImageSteps = z.infer<typeof imageStepsSchema>;

export const noImageSteps: ImageSteps = { cropToDisc: false, localMean: false, circularMask: false };
