import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';

const windowMs = 60_000;

/** Counts by address what opened nothing. */
export interface FailureCounter {
  isFull(address: string): Promise<boolean>;
  add(address: string): Promise<void>;
  close(): void;
}

export function createFailureCounter(limit: number): FailureCounter {
  const store = new MemoryStore();
  store.init({ windowMs } as Options);
  return {
    isFull: async (address) => ((await store.get(keyOf(address)))?.totalHits ?? 0) >= limit,
    add: async (address) => void (await store.increment(keyOf(address))),
    close: () => store.shutdown(),
  };
}

/** One IPv6 customer has a whole network of addresses. */
export function keyOf(address: string): string {
  return address.includes(':') ? ipKeyGenerator(address) : address;
}
