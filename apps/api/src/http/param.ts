import { AppError } from '@eyegazer/core';

/** A parameter of the route's path. */
export function param(call: { params: Readonly<Record<string, string>> }, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new AppError('INTERNAL', `The route has no parameter ${name}.`);
  return value;
}
