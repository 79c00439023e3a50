/** Runs as a worker would have written them, without a worker. */
import { createHash } from 'node:crypto';
import type { EventBody, EventData } from '@eyegazer/core';
import { registerWorker, seed, startAttempt, submit, type Seed } from '../../fixtures/platform.js';
import type { TestApi } from '../api/api-world.js';

export interface FixtureRun {
  id: string;
  attemptId: string;
  say(...events: EventBody[]): Promise<void>;
  /** Stores files, with SHA256SUMS, and announces them. */
  bundle(files: Record<string, string>): Promise<void>;
}

const seeds = new WeakMap<TestApi, Promise<Seed>>();

function seedOf(api: TestApi): Promise<Seed> {
  const known = seeds.get(api) ?? seed(api.platform);
  seeds.set(api, known);
  return known;
}

/** A queued experiment. */
export async function queueRun(api: TestApi, name: string, config: Record<string, unknown> = {}): Promise<string> {
  return submit(api.platform, await seedOf(api), { name, config });
}

/** An experiment that runs, on a worker of its own. */
export async function startRun(api: TestApi, name: string, config: Record<string, unknown> = {}): Promise<FixtureRun> {
  const id = await queueRun(api, name, config);
  await registerWorker(api.platform);
  const { attemptId, attempt } = await startAttempt(api, id);
  let counter = 0;
  const say = async (...events: EventBody[]): Promise<void> => {
    await api.platform.events.append({ experimentId: id, attempt, events: events.map((event) => ({ ...event, counter: counter++, at: new Date().toISOString() })) });
  };
  return {
    id,
    attemptId,
    say,
    async bundle(files) {
      const sums = Object.entries(files).map(([file, text]) => `${createHash('sha256').update(text).digest('hex')}  ${file}\n`).join('');
      for (const [file, text] of Object.entries({ ...files, SHA256SUMS: files['SHA256SUMS'] ?? sums })) await say({ type: 'artifact', data: { name: file, ...(await api.store.put(Buffer.from(text))) } });
    },
  };
}

export function progress(update: number, updates = 120): EventBody {
  return { type: 'progress', data: { phase: 'training', update, updates, epoch: update / 12, imagesPerSecond: 35, secondsLeft: updates - update } };
}

export function losses(from: number, values: readonly number[]): EventBody {
  return { type: 'metrics', data: { updates: values.map((_, i) => from + i), series: { loss: [...values] } } };
}

export function evaluation(update: number, qwk: number): EventBody {
  return {
    type: 'evaluation',
    data: {
      update, epoch: update / 12, count: 4, metrics: { loss: 0.9, accuracy: 0.75, balancedAccuracy: 0.75, qwk, macroF1: 0.7, mcc: 0.5, mae: null, rmse: null, r2: null },
      classNames: ['healthy', 'ill'], confusion: [[2, 0], [1, 1]], recall: [1, 0.5], precision: [0.667, 1], truthCounts: [2, 2], predictedCounts: [3, 1], logitsHash: 'ab', learningRate: 1e-4, trainLoss: 0.8,
    },
  };
}

export function finding(update: number, level: EventData<'finding'>['level'] = 'critical'): EventBody {
  return {
    type: 'finding',
    data: {
      rule: 'C1', level, update, message: '97 % of the answers are "healthy": the model has collapsed to one class.',
      evidence: { maxShare: 0.97, histogram: { classNames: ['healthy', 'ill'], predictedCounts: [3, 1], truthCounts: [2, 2] } },
      remedies: [{ text: 'Lower the learning rate from 0.005 to 0.0005, with 10 % warm-up.', changes: { 'training.learningRate': 0.0005 } }], healthState: 'confirmed',
    },
  };
}
