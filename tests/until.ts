import { setTimeout as sleep } from 'node:timers/promises';

type Found<T> = T | undefined | false;

/** Looks often until something is found, and answers it. Gives up by itself: a loop left behind would keep the test run alive for ever. */
export async function until<T>(look: () => Found<T> | Promise<Found<T>>, limitMs = 10_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${limitMs} ms for ${look.toString()}`);
    await sleep(10);
  }
}
