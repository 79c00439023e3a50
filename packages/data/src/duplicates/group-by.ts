/** Items with the same key, in the order in which the keys first come. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T, index: number) => unknown): T[][] {
  const groups = new Map<unknown, T[]>();
  items.forEach((item, i) => {
    const key = keyOf(item, i);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  });
  return [...groups.values()];
}
