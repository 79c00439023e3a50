import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, createErrorRecord, type ArtifactStore, type ReadinessCheck } from '@eyegazer/core';
import type { MigrationState, Platform } from '@eyegazer/platform';
import { withinTime } from './within-time.js';

export interface Readiness {
  /** Every dependency by name. Within 3 s, whatever does not answer. */
  check(): Promise<Record<string, ReadinessCheck>>;
}

export interface ReadinessOptions {
  platform: Pick<Platform, 'ping' | 'migrations' | 'queues' | 'statistics'>;
  store: ArtifactStore;
  /** Names of what the queue and the store are, for people. */
  kinds: { queue: string; store: string };
  /** Folder of all state of this machine. */
  home: string;
  dashboardFolder: string;
  isStopping: () => boolean;
  /** Free bytes of the disk that a folder is on. */
  readFreeBytes?: (folder: string) => Promise<number>;
}

type Check = () => Promise<Partial<ReadinessCheck>>;

const longestCheckMs = 2500;
/** Below it, the next import or bundle may not fit. */
const fewBytes = 1024 ** 3;

/** Asks what this server needs, and what a person should look after, for a sign of life. */
export function createReadiness(options: ReadinessOptions): Readiness {
  const { platform, store, kinds, home, dashboardFolder, readFreeBytes = freeBytesOf } = options;
  const required: Record<string, Check> = {
    process: async () => (options.isStopping() ? { ok: false, message: 'It is shutting down.' } : {}),
    database: async () => {
      await platform.ping();
      return {};
    },
    migrations: async () => describeMigrations(await platform.migrations()),
    queue: async () => {
      await platform.queues.ping();
      return { kind: kinds.queue };
    },
    store: async () => {
      await store.ping();
      return { kind: kinds.store };
    },
  };
  const wanted: Record<string, Check> = {
    workers: async () => {
      const { alive } = (await platform.statistics.read()).workers;
      return alive > 0 ? { alive } : { alive, ok: false, message: 'No worker is alive: experiments wait. Start one.' };
    },
    dashboard: async () => (existsSync(join(dashboardFolder, 'index.html')) ? {} : { ok: false, message: 'The dashboard is not built; the API works without it. Run npm run build.' }),
    disk: async () => {
      const freeBytes = await readFreeBytes(home);
      return freeBytes >= fewBytes ? { freeBytes } : { freeBytes, ok: false, message: `Expected at least 1 GiB of free space below ${home}, got ${(freeBytes / 1024 ** 2).toFixed(0)} MiB. Free some.` };
    },
  };
  /** What has not answered yet is not asked again. */
  const pending = new Map<string, Promise<Partial<ReadinessCheck>>>();

  async function ask(name: string, check: Check): Promise<Partial<ReadinessCheck>> {
    const asked = pending.get(name) ?? check().finally(() => pending.delete(name));
    pending.set(name, asked);
    try {
      return await withinTime(asked, longestCheckMs);
    } catch (error) {
      return { ok: false, message: error instanceof AppError ? error.message : createErrorRecord(error).message };
    }
  }

  return {
    async check() {
      const all = [...Object.entries(required).map((entry) => [...entry, true] as const), ...Object.entries(wanted).map((entry) => [...entry, false] as const)];
      const answers = await Promise.all(all.map(async ([name, check, isRequired]) => [name, { ok: true, required: isRequired, ...(await ask(name, check)) }] as const));
      return Object.fromEntries(answers);
    },
  };
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function describeMigrations({ pending, unknown }: MigrationState): Partial<ReadinessCheck> {
  if (pending.length > 0) return { ok: false, message: `The database lacks the migrations ${pending.join(', ')}. Start this server again: it applies them.` };
  // The newer one may be starting beside this one right now, and takes over.
  if (unknown.length > 0) return { ok: false, required: false, message: `The database has the migrations ${unknown.join(', ')}, which this version does not know: a newer one made them. Update Eyegazer.` };
  return {};
}
