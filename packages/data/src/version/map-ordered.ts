/**
 * Maps items with at most `concurrency` of them under way, in order. What is under way when the consumer leaves is
 * awaited, so nothing runs on behind its back.
 */
export async function* mapOrdered<T, R>(items: Iterable<T>, concurrency: number, map: (item: T) => Promise<R>): AsyncGenerator<R> {
  const pending: Promise<R>[] = [];
  try {
    for (const item of items) {
      const result = map(item);
      result.catch(() => undefined); // reported when its turn comes
      pending.push(result);
      if (pending.length >= concurrency) yield await pending.shift()!;
    }
    while (pending.length > 0) yield await pending.shift()!;
  } finally {
    await Promise.allSettled(pending);
  }
}
