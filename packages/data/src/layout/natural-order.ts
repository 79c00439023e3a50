/** Order as people count: runs of digits by their value, the rest by code units. `grade2` comes before `grade10`. */
export function compareNatural(a: string, b: string): number {
  const [left, right] = [divide(a), divide(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareParts(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareCodeUnits(a, b);
}

export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function divide(text: string): string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function compareParts(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareCodeUnits(a, b);
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareCodeUnits(left, right);
}
