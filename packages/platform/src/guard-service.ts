import { AppError } from '@eyegazer/core';
import { isDatabaseUnavailable } from './db/database-errors.js';

/** @throws AppError UNAVAILABLE (try again later) when it is the database that does not answer; else what `work` throws */
export async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError || !isDatabaseUnavailable(error)) throw error;
    throw new AppError('UNAVAILABLE', 'The database does not answer; try again in a while.', { cause: error });
  }
}

/** The same service, of whose methods every one is an `orUnavailable`. */
export function guardService<T extends object>(service: T): T {
  return new Proxy(service, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): Promise<unknown> => orUnavailable(() => Reflect.apply(member, target, args) as Promise<unknown>);
    },
  });
}
