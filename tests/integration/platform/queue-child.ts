import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { QueueOptions } from '@eyegazer/platform';
import { until } from '../../until.js';

const entry = fileURLToPath(new URL('queue-child.mjs', import.meta.url));

export interface QueueChildMessage {
  taken?: string;
  closed?: boolean;
  refused?: string;
}

export interface QueueChild {
  child: ChildProcess;
  messages: QueueChildMessage[];
  /** Resolves with code and signal. */
  exited: Promise<[number | null, NodeJS.Signals | null]>;
  untilTaken(attemptId: string): Promise<unknown>;
}

/** Starts a process that consumes a worker's queue, as `queue-child.mjs` says. */
export function forkQueueChild(task: { mode: 'hold' | 'once'; workerId: string; options: Omit<QueueOptions, 'log'> }, env: Record<string, string> = {}): QueueChild {
  const child = fork(entry, [JSON.stringify(task)], { execArgv: [], env: { ...process.env, ...env } });
  const messages: QueueChildMessage[] = [];
  child.on('message', (message) => messages.push(message as QueueChildMessage));
  return {
    child,
    messages,
    exited: new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal]))),
    untilTaken: (attemptId) => until(() => messages.some(({ taken }) => taken === attemptId)),
  };
}
