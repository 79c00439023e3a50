/** Where trainers keep what they need again, below the worker's home. */
import { join } from 'node:path';

/** Base models, laid out as folders in Hugging Face layout; a folder's mtime says when it was used last. */
export function modelsFolder(home: string): string {
  return join(home, 'cache', 'models');
}

/** Of the folder of a model that is being made; it gets its name when it is whole. */
export const unfinishedModelPrefix = 'building-';

export function isUnfinishedModel(name: string): boolean {
  return name.startsWith(unfinishedModelPrefix);
}

/** Bundles that are being checked. */
export function bundlesFolder(home: string): string {
  return join(home, 'cache', 'bundles');
}

/** Prepared images, shared by the trainers of this home. */
export function imagesFolder(home: string): string {
  return join(home, 'cache', 'images');
}
