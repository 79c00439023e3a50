import assert from 'node:assert/strict';
import { AppError, deviceIdSchema, deviceKindOf, parseDeviceId } from '@eyegazer/core';

describe('device id', () => {
  it('reads cpu, webgpu and cuda with or without its number', () => {
    assert.deepEqual(['cpu', 'webgpu', 'cuda', 'cuda:0', 'cuda:12'].map(parseDeviceId), ['cpu', 'webgpu', 'cuda:0', 'cuda:0', 'cuda:12']);
    assert.deepEqual((['cpu', 'webgpu', 'cuda:3'] as const).map(deviceKindOf), ['cpu', 'webgpu', 'cuda']);
  });

  it('refuses everything else, and says what it expected', () => {
    for (const text of ['', 'gpu', 'CPU', 'cuda:', 'cuda:-1', 'cuda:01', 'cuda:1.5', 'cuda:1000', 'cuda:0 ']) {
      assert.throws(() => parseDeviceId(text), (error) => error instanceof AppError && error.code === 'BAD_REQUEST' && error.message.includes('"webgpu"') && error.message.endsWith(`got "${text}".`), text);
    }
  });

  it('lets only its own spelling pass between programs', () => {
    assert.equal(deviceIdSchema.parse('cuda:1'), 'cuda:1');
    for (const value of ['cuda', 'cuda:01', 'tpu', 0, null]) assert.equal(deviceIdSchema.safeParse(value).success, false, String(value));
  });
});
