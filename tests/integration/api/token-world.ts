/** An API that asks for tokens, with one of each role, and no patience in its caches. */
import { operations, roles, type OperationId, type Role } from '@eyegazer/core';
import { useApi, type TestApi } from './api-world.js';

export interface TestTokens {
  readonly admin: string;
  readonly member: string;
  readonly viewer: string;
  readonly worker: string;
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Nothing is believed from before, sockets are looked at all the time, and nobody fails too often. */
export const impatient = { believedForMs: 0, socketCheckMs: 20, failuresPerMinute: 10_000 };

/** Makes one token of each role for the enclosing suite, after its API was started. */
export function useTokens(api: TestApi): TestTokens {
  const made: Record<Role, string> = { viewer: '', member: '', admin: '', worker: '' };
  before('make tokens', async () => {
    for (const role of [...roles].sort((a, b) => Number(b === 'admin') - Number(a === 'admin'))) made[role] = (await api.platform.tokens.create({ name: role, role, expiresAt: null })).secret;
  });
  return made;
}

export function useTokenApi(options: NonNullable<Parameters<typeof useApi>[0]> = {}): { api: TestApi; tokens: TestTokens } {
  const api = useApi({ ...options, doors: { ...options.doors, limits: { ...impatient, ...options.doors?.limits } } });
  return { api, tokens: useTokens(api) };
}

/** A request of an operation, its path's parameters filled in with what is not there. */
export function requestOf(id: OperationId): { path: string; method: string } {
  const { method, path } = operations[id];
  return { method: method.toUpperCase(), path: path.replaceAll(/[:*][A-Za-z]+/g, 'nothing') };
}
