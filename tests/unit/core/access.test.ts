import assert from 'node:assert/strict';
import { accessTokenSchema, AppError, createTokenSchema, isAllowed, operationRoles, operations, parseWith, roles, type Operation } from '@eyegazer/core';
import { z } from 'zod';

describe('access', () => {
  it('lets each role do what its own and those below it may, and a worker nothing but ask who it is', () => {
    const may = Object.fromEntries(roles.map((role) => [role, operationRoles.filter((needed) => isAllowed(role, needed))]));
    assert.deepEqual(may, {
      viewer: ['none', 'session', 'viewer'],
      member: ['none', 'session', 'viewer', 'member'],
      admin: ['none', 'session', 'viewer', 'member', 'admin'],
      worker: ['none', 'session'],
    });
  });

  it('leaves nothing open but health and the login, lets viewers change nothing but their session, and keeps keys to admins', () => {
    const all: [string, Operation][] = Object.entries(operations);
    assert.deepEqual(all.filter(([, { role }]) => role === 'none').map(([id]) => id).sort(), ['createSession', 'getHealth']);
    assert.deepEqual(all.filter(([, { role, method }]) => method !== 'get' && isAllowed('viewer', role)).map(([id]) => id).sort(), ['createSession', 'endSession']);
    for (const [id, { role, path }] of all) if (/\/(tokens|audit|backup|restore)$/.test(path) && !path.includes('experiments')) assert.equal(role, 'admin', id);
  });

  it('repeats no token in what it says is wrong', () => {
    const token = `eyg_${'s3cret-'.repeat(6)}x`;
    const refusals: [z.ZodType, unknown][] = [
      [z.strictObject({ token: z.string() }), { token: [token] }],
      [z.strictObject({ token: z.string().max(3) }), { token }],
      [z.strictObject({ kind: z.enum(['a', 'b']) }), { kind: token }],
      [accessTokenSchema, `${token}x`],
    ];
    for (const [schema, value] of refusals) {
      assert.throws(() => parseWith(schema, value, { what: 'body' }), (error) => error instanceof AppError && !JSON.stringify([error.message, error.details]).includes('s3cret'));
    }
  });

  it('takes names of one visible line, and times that are times', () => {
    const parse = (changes: object) => parseWith(createTokenSchema, { name: 'Ada', role: 'viewer', ...changes });
    assert.deepEqual(parse({ name: '  GPU rig #2 (Žofie)  ' }), { name: 'GPU rig #2 (Žofie)', role: 'viewer', expiresAt: null });
    for (const name of ['', '   ', 'two\nlines', 'a\0b', 'x'.repeat(81)]) assert.throws(() => parse({ name }), { code: 'BAD_REQUEST', path: 'name' });
    for (const expiresAt of ['tomorrow', '2030-01-31', 5]) assert.throws(() => parse({ expiresAt }), { code: 'BAD_REQUEST', path: 'expiresAt' });
    assert.throws(() => parse({ role: 'owner' }), { code: 'BAD_REQUEST', path: 'role' });
  });
});
