import { AppError } from '@eyegazer/core';
import { isDatabaseUnavailable } from './db/database-errors.js';

/** The same service, whose methods say UNAVAILABLE (try again later) when it is the database that does not answer. */
export function guardService<T extends object>(service: T): T {
  return new Proxy(service, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          return await (Reflect.apply(member, target, args) as Promise<unknown>);
        } catch (error) {
          if (error instanceof AppError || !isDatabaseUnavailable(error)) throw error;
          throw new AppError('UNAVAILABLE', 'The database does not answer; try again in a while.', { cause: error });
        }
      };
    },
  });
}
