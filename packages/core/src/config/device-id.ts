import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { DeviceKind } from './compute-options.js';

/** What one session runs on; n of `cuda:n` counts as nvidia-smi does. */
export type DeviceId = 'cpu' | 'webgpu' | `cuda:${number}`;

const words = '"cpu", "webgpu", "cuda" or "cuda:<number>"';
const cudaPattern = /^cuda(?::(0|[1-9]\d{0,2}))?$/;

/**
 * Reads what a person calls a device; `cuda` is `cuda:0`.
 * @throws AppError BAD_REQUEST
 */
export function parseDeviceId(text: string): DeviceId {
  const id = readDeviceId(text);
  if (id === null) throw new AppError('BAD_REQUEST', `Expected a device, ${words}, got "${text}".`);
  return id;
}

/** A device's name as a program writes it. */
export const deviceIdSchema = z.custom<DeviceId>((value) => typeof value === 'string' && readDeviceId(value) === value, `expected ${words}`);

export function deviceKindOf(device: DeviceId): DeviceKind {
  return device === 'cpu' || device === 'webgpu' ? device : 'cuda';
}

function readDeviceId(text: string): DeviceId | null {
  if (text === 'cpu' || text === 'webgpu') return text;
  const match = cudaPattern.exec(text);
  return match === null ? null : `cuda:${Number(match[1] ?? 0)}`;
}
