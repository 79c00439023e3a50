/** Values that take time to make; the last few are kept, failures are not. */
export function createRecent<V>(mostKept: number, make: (key: string) => Promise<V>): { get(key: string): Promise<V> } {
  const kept = new Map<string, Promise<V>>();
  return {
    get(key) {
      const value = kept.get(key) ?? make(key);
      kept.delete(key);
      kept.set(key, value);
      value.catch(() => kept.delete(key));
      const oldest = kept.keys().next().value;
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return value;
    },
  };
}
