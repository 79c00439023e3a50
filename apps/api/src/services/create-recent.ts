export interface RecentOptions<V> {
  make(key: string): Promise<V>;
  mostKept: number;
  /** Of all that is kept; the newest is kept whatever it weighs. */
  mostWeight: number;
  weigh(value: V): number;
}

/** Values that take time to make; the last few are kept, failures are not. */
export function createRecent<V>({ make, mostKept, mostWeight, weigh }: RecentOptions<V>): { get(key: string): Promise<V> } {
  const kept = new Map<string, { value: Promise<V>; weight: number }>();

  function trim(): void {
    let weight = [...kept.values()].reduce((sum, each) => sum + each.weight, 0);
    for (const [key, oldest] of kept) {
      if (kept.size === 1 || (kept.size <= mostKept && weight <= mostWeight)) return;
      kept.delete(key);
      weight -= oldest.weight;
    }
  }

  function begin(key: string): { value: Promise<V>; weight: number } {
    const entry = { value: make(key), weight: 0 };
    entry.value.then(
      (value) => {
        entry.weight = weigh(value);
        trim();
      },
      () => kept.get(key) === entry && kept.delete(key),
    );
    return entry;
  }

  return {
    get(key) {
      const entry = kept.get(key) ?? begin(key);
      kept.delete(key);
      kept.set(key, entry);
      trim();
      return entry.value;
    },
  };
}
