import { describeUnreachable } from './describe-unreachable.js';

/** fetch whose failures to reach the server say what to do; the caller's own abort passes as it is. */
export function createReachingFetch(origin: string): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await globalThis.fetch(input, init);
    } catch (error) {
      if (init?.signal?.aborted) throw error;
      throw describeUnreachable(origin, error);
    }
  };
}
