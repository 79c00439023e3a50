import { AppError } from '@eyegazer/core';
import { floatDtypes, isFloatDtype, type FloatDtype } from './dtypes.js';
import type { SafetensorsHeader, TensorEntry } from './parse-header.js';

/**
 * The entry of a tensor whose values can be read as float32.
 * @throws AppError BAD_FILE when there is no such tensor or its dtype is not one of them.
 */
export function findFloatEntry(header: SafetensorsHeader, name: string, file: string): TensorEntry & { readonly dtype: FloatDtype } {
  const entry = header.tensors.get(name);
  if (!entry) throw new AppError('BAD_FILE', `${file}: expected a tensor "${name}", found none among ${header.tensors.size}.`);
  const { dtype } = entry;
  if (!isFloatDtype(dtype)) {
    throw new AppError('BAD_FILE', `${file}: tensor "${name}": expected dtype ${floatDtypes.join(', ')}, got ${dtype}. Save it as float32.`);
  }
  return { ...entry, dtype };
}
