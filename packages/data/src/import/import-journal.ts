/**
 * How far an import is, on disk: one line per shard that is in the store, with its images. A process that is killed leaves
 * whole lines and perhaps part of one. Each run writes a file of its own, which begins with what it took over: one that is
 * not quite dead yet cannot spoil the next.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finishedShardSchema, journalHeadSchema, type FinishedShard, type JournalHead } from '@eyegazer/core';

const namePattern = /^journal-[0-9a-f-]+\.jsonl$/;
const checksumLength = 16;

export interface ImportJournal {
  /** Returns once it would outlive a power cut. */
  add(shard: FinishedShard): Promise<void>;
  close(): Promise<void>;
}

/**
 * What the run before has finished, empty where there was none.
 * @param key of the same source, read the same way
 */
export async function readJournal(folder: string, key: string): Promise<FinishedShard[]> {
  let most: FinishedShard[] = [];
  for (const name of await listJournals(folder)) {
    const shards = await readShards(join(folder, name), key);
    if (shards.length > most.length) most = shards;
  }
  return most;
}

/** Begins a journal with what is taken over; those of former runs are removed. */
export async function startJournal(folder: string, { key, finished }: { key: string; finished: readonly FinishedShard[] }): Promise<ImportJournal> {
  await mkdir(folder, { recursive: true });
  const former = await listJournals(folder);
  const file = await open(join(folder, `journal-${randomUUID()}.jsonl`), 'wx');
  const write = async (value: JournalHead | FinishedShard): Promise<void> => {
    const text = JSON.stringify(value);
    await file.appendFile(`${checksumOf(text)} ${text}\n`);
  };
  try {
    await write({ format: 'eyegazer-import/1', key });
    for (const shard of finished) await write(shard);
    await file.sync();
    await syncFolder(folder);
    for (const name of former) await rm(join(folder, name), { force: true });
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    async add(shard) {
      await write(shard);
      await file.datasync();
    },
    close: () => file.close(),
  };
}

async function listJournals(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => namePattern.test(name)).sort();
}

/** Up to the first line that is not whole. */
async function readShards(path: string, key: string): Promise<FinishedShard[]> {
  const shards: FinishedShard[] = [];
  const input = createReadStream(path);
  let isHead = true;
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const text = line.slice(checksumLength + 1);
      if (line.slice(0, checksumLength) !== checksumOf(text)) break;
      const value: unknown = JSON.parse(text);
      if (isHead && journalHeadSchema.safeParse(value).data?.key !== key) break;
      if (!isHead) shards.push(finishedShardSchema.parse(value));
      isHead = false;
    }
  } finally {
    input.destroy();
  }
  return shards;
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, checksumLength);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
