/**
 * Open-loop traffic: requests start when the clock says so, whether or not earlier ones are answered, and each one's time
 * counts from when it was due. A server that stalls is thus not spared the requests that it kept waiting.
 */
import { Agent, request } from 'node:http';
import type { Ask } from './mix.js';

export interface Driven {
  /** Milliseconds from due to the answer's last byte, by kind of request. */
  times: Map<string, number[]>;
  failures: Map<string, number>;
  sent: number;
}

export async function drive(options: { url: string; token: string; mix: readonly Ask[]; ratePerSecond: number; seconds: number }): Promise<Driven> {
  const { url, token, mix, ratePerSecond, seconds } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const total = ratePerSecond * seconds;
  const counts = new Map(mix.map(({ name }) => [name, 0]));
  const driven: Driven = { times: new Map(mix.map(({ name }) => [name, []])), failures: new Map(), sent: 0 };
  const startedAt = performance.now();
  const pending = new Set<Promise<void>>();

  const fail = (what: string): void => void driven.failures.set(what, (driven.failures.get(what) ?? 0) + 1);
  const ask = async (kind: Ask, dueAt: number): Promise<void> => {
    const n = counts.get(kind.name) ?? 0;
    counts.set(kind.name, n + 1);
    try {
      const status = await send(agent, { url, token, kind, n });
      if (status !== kind.status) fail(`${kind.name}: ${status}`);
      driven.times.get(kind.name)?.push(performance.now() - dueAt);
    } catch (error) {
      fail(`${kind.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  while (driven.sent < total) {
    const due = Math.min(total, 1 + Math.floor(((performance.now() - startedAt) / 1000) * ratePerSecond));
    for (; driven.sent < due; driven.sent++) {
      const task = ask(choose(mix, driven.sent), startedAt + (driven.sent / ratePerSecond) * 1000);
      pending.add(task);
      void task.finally(() => pending.delete(task));
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(pending);
  agent.destroy();
  return driven;
}

/** Spreads the kinds evenly and the same way in every run: the golden ratio's multiples fill [0, 1) without clusters. */
function choose(mix: readonly Ask[], n: number): Ask {
  let rest = (n * 0.6180339887498949) % 1;
  for (const kind of mix) {
    rest -= kind.share;
    if (rest < 0) return kind;
  }
  const last = mix.at(-1);
  if (!last) throw new Error('Expected at least one kind of request.');
  return last;
}

function send(agent: Agent, { url, token, kind, n }: { url: string; token: string; kind: Ask; n: number }): Promise<number> {
  const body = kind.body === undefined ? undefined : JSON.stringify(kind.body(n));
  const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) };
  return new Promise((resolve, reject) => {
    const sent = request(url + kind.path(n), { method: kind.method, agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0)).once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
