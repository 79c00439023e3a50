const sufficientDigits = 9;

/** The shortest decimal that reads back to the same float32. @param value a float32 value, finite */
export function formatFloat32(value: number): string {
  if (Object.is(value, -0)) return '-0';
  let digits = 1;
  while (digits < sufficientDigits && Math.fround(Number(value.toPrecision(digits))) !== value) digits++;
  return String(Number(value.toPrecision(digits)));
}
