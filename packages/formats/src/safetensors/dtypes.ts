/** Bytes per element of every dtype the safetensors format knows. */
export const dtypeBytes = {
  BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1,
  I16: 2, U16: 2, F16: 2, BF16: 2,
  I32: 4, U32: 4, F32: 4,
  F64: 8, I64: 8, U64: 8,
} as const;

export type Dtype = keyof typeof dtypeBytes;

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(dtypeBytes, value);
}

/** Dtypes whose values `readTensor` turns into float32 without loss. */
export const floatDtypes = ['F32', 'F16', 'BF16'] as const satisfies readonly Dtype[];
export type FloatDtype = (typeof floatDtypes)[number];

export function isFloatDtype(dtype: Dtype): dtype is FloatDtype {
  return (floatDtypes as readonly Dtype[]).includes(dtype);
}
