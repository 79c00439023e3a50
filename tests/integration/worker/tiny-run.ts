import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EventBody, EventData, EventType } from '@eyegazer/core';
import { runTraining, type TrainerOutcome } from '@eyegazer/worker';
import { tinyConfig, type TinyWorld } from './tiny-world.js';

export interface TinyRun {
  outcome: TrainerOutcome | null;
  error: unknown;
  events: EventBody[];
  all<T extends EventType>(type: T): EventData<T>[];
  /** The bundle's files as text. */
  text(name: string): Promise<string>;
  bytes(name: string): Promise<Uint8Array>;
}

/** Runs the trainer in this process, with changes of the tiny config; what it throws is told, not thrown. */
export async function runTiny(world: TinyWorld, changes: Record<string, unknown> = {}, onEvent: (event: EventBody, abort: () => void) => void = () => undefined): Promise<TinyRun> {
  const events: EventBody[] = [];
  const abort = new AbortController();
  const job = {
    experimentName: 'tiny, "quoted"', deviceKey: 'machine:cpu', deviceName: 'CPU', device: 'cpu' as const, halfPrecision: false, config: tinyConfig(changes),
    dataset: { name: 'fundus', version: 1, contentId: world.dataset.version.contentId },
    model: { name: 'acme/tiny-vit', source: '/models/tiny-vit', files: world.modelFiles },
    home: world.home, store: world.storeAddress, threads: 1,
  };
  const channel = {
    signal: abort.signal,
    emit(event: EventBody) {
      events.push(event);
      onEvent(event, () => abort.abort());
    },
    sendRunning: () => undefined,
    breathe: async () => undefined,
  };
  let outcome: TrainerOutcome | null = null;
  let error: unknown = null;
  try {
    outcome = await runTraining({ job, store: world.store, channel });
  } catch (thrown) {
    error = thrown;
  }
  const all = <T extends EventType>(type: T): EventData<T>[] => events.flatMap((event) => (event.type === type ? [event.data as EventData<T>] : []));
  const bytes = async (name: string): Promise<Uint8Array> => {
    const artifact = all('artifact').find((candidate) => candidate.name === name);
    assert.ok(artifact, `no artifact ${name}`);
    return world.read(artifact.sha256);
  };
  return { outcome, error, events, all, bytes, text: async (name) => new TextDecoder().decode(await bytes(name)) };
}

/** The bundle of a run, laid out on disk. */
export async function unpackBundle(world: TinyWorld, run: TinyRun): Promise<string> {
  const folder = await mkdtemp(join(world.home, 'read-'));
  for (const { name } of run.all('artifact')) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), await run.bytes(name));
  }
  return folder;
}
