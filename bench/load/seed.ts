/** What a busy installation's database holds: many experiments, some of them running with long series, one bundle to download. */
import { parseExperimentConfig, resolveTask, type ArtifactStore, type WrittenEvent } from '@eyegazer/core';
import type { Platform } from '@eyegazer/platform';

export interface Seeded {
  /** Ids of experiments that only wait. */
  waiting: string[];
  /** Ids of experiments that run, each with `updates` points in every series. */
  running: { experimentId: string; attempt: number }[];
  /** One that has an artifact of this name and size. */
  artifact: { experimentId: string; name: string; byteLength: number };
  /** What a submission trains on: a real dataset and model, as it is checked against both. */
  inputs: { dataset: string; model: { base: string } };
  /** Lets the worker of the running ones fall silent. */
  stopWorker: () => void;
}

export const updatesOfRunning = 20_000;
const pointsPerEvent = 1000;
const atOnce = 8;
const heartbeatIntervalMs = 3000;

export async function seedDatabase(platform: Platform, store: ArtifactStore, { inputs, token, experiments, running: runningCount }: { inputs: Seeded['inputs']; token: string; experiments: number; running: number }): Promise<Seeded> {
  const { versionId, classNames } = await platform.datasets.resolveVersion(inputs.dataset);
  const model = await platform.models.get(inputs.model.base);

  const config = parseExperimentConfig(inputs);
  const submit = async (name: string): Promise<string> => {
    const created = await platform.experiments.create({
      name,
      config,
      task: resolveTask(config.task, classNames.length),
      plan: { trainSamples: 900, evalSamples: 100, updatesPerEpoch: 15, updates: updatesOfRunning, trainableParameters: 600_000, classNames, numOutputs: classNames.length },
      warnings: [],
      datasetVersionId: versionId,
      modelId: model.id,
    });
    return created.id;
  };

  const runningIds: string[] = [];
  for (let i = 0; i < runningCount; i++) runningIds.push(await submit(`running ${i}`));
  const { running, stopWorker } = await startAll(platform, { token, experimentIds: runningIds });
  for (const run of running) await writeSeries(platform, run);

  const [first] = running;
  if (!first) throw new Error('Expected at least one running experiment.');
  const bytes = new Uint8Array(256 * 1024).fill(7);
  const stored = await store.put(bytes);
  await platform.events.append({ ...first, events: [{ counter: 1_000_000, at: now(), type: 'artifact', data: { name: 'adapter/adapter_model.safetensors', ...stored } }] });

  const waiting: string[] = [];
  for (let i = 0; i < experiments; i += atOnce) waiting.push(...(await Promise.all(Array.from({ length: atOnce }, (_, j) => submit(`waiting ${i + j}`)))));
  return { waiting, running, artifact: { experimentId: first.experimentId, name: 'adapter/adapter_model.safetensors', byteLength: bytes.byteLength }, inputs, stopWorker };
}

/** One worker with a device for each experiment; it claims what is placed on it and beats, and does nothing else. */
async function startAll(platform: Platform, { token, experimentIds }: { token: string; experimentIds: string[] }): Promise<Pick<Seeded, 'running' | 'stopWorker'>> {
  const devices = experimentIds.map((_, i) => ({ deviceKey: `load/cpu${i}`, kind: 'cpu' as const, name: 'CPU', memoryTotalBytes: 8e9, memoryFreeBytes: 4e9 }));
  const identity = await platform.workers.register({ machineId: 'load', home: '/load', hostname: 'load', pid: 1, version: '0.1.0', devices, token });
  await platform.placer.runOnce();
  const running: Seeded['running'] = [];
  const attemptIds: string[] = [];
  const consumer = await platform.queues.consume(identity.workerId, {
    concurrency: experimentIds.length,
    async handler({ attemptId }) {
      const claimed = await platform.attempts.claim({ attemptId, workerId: identity.workerId });
      if (!claimed) return;
      await platform.attempts.markRunning(attemptId);
      attemptIds.push(attemptId);
      running.push({ experimentId: claimed.experimentId, attempt: claimed.attempt });
    },
  });
  while (running.length < experimentIds.length) await new Promise((resolve) => setTimeout(resolve, 20));
  await consumer.close();
  const beat = (): void => void platform.workers.heartbeat({ ...identity, devices: [], runningAttemptIds: attemptIds });
  const timer = setInterval(beat, heartbeatIntervalMs);
  return { running, stopWorker: () => clearInterval(timer) };
}

async function writeSeries(platform: Platform, run: Seeded['running'][number]): Promise<void> {
  for (let first = 1, counter = 1; first <= updatesOfRunning; first += pointsPerEvent, counter++) {
    await platform.events.append({ ...run, events: [metricsEvent(counter, first, pointsPerEvent)] });
  }
}

/** `count` updates from `first` on, in the two series that every run has. */
export function metricsEvent(counter: number, first: number, count: number): WrittenEvent {
  const updates = Array.from({ length: count }, (_, i) => first + i);
  const loss = updates.map((update) => 1.6 / Math.sqrt(update) + 0.1 * Math.sin(update));
  return { counter, at: now(), type: 'metrics', data: { updates, series: { loss, learningRate: updates.map(() => 5e-4) } } };
}

const now = (): string => new Date().toISOString();
