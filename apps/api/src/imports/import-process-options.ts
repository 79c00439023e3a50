import { childEnvironment } from '@eyegazer/platform';

/**
 * How an import process is started. Decoders take and give back tens of megabytes for every image, in several threads: with two of
 * glibc's heaps that are not trimmed each time, the process stays a fifth smaller and no slower (elsewhere the variables mean
 * nothing). V8 counts those megabytes against a heap that is small otherwise and collects garbage for nearly every image, a third of
 * all the time; beginning with room for a few images, it hardly does.
 */
export function importProcessOptions(own: NodeJS.ProcessEnv): { env: NodeJS.ProcessEnv; execArgv: string[] } {
  return {
    env: { ...childEnvironment(own), MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: String(128 * 1024 ** 2), MALLOC_MMAP_THRESHOLD_: String(64 * 1024 ** 2) },
    execArgv: ['--initial-old-space-size=128'],
  };
}
