import { childEnvironment } from '@eyegazer/platform';

/**
 * Environment of an import process. Decoders take and give back tens of megabytes for every image, in several threads: with two
 * of glibc's heaps that are not trimmed each time, the process stays a fifth smaller and no slower. Elsewhere the variables mean nothing.
 */
export function importEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...childEnvironment(own), MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: String(128 * 1024 ** 2), MALLOC_MMAP_THRESHOLD_: String(64 * 1024 ** 2) };
}
