/**
 * Zip files on their way from this computer to the server, and the imports that begin once they are there. An upload goes on
 * while its page is another one; after a reload it waits for its file to be chosen again, and goes on where it was.
 *
 * 1. `sending` -> `paused` (by a person) -> `sending`
 * 2. `sending` -> `starting`: everything is there, the import is asked for -> gone, the dataset takes its place
 * 3. `sending` or `starting` -> `failed` -> `sending` or `starting` again
 * 4. a reload: -> `lost` until the file is chosen again -> `sending`
 */
import type { CreateDataset } from '@eyegazer/core';

export interface Upload {
  readonly key: string;
  /** Its `source.uri` is still open. */
  readonly request: CreateDataset;
  readonly fileName: string;
  readonly byteLength: number;
  /** The server's; null until it has one. */
  readonly id: string | null;
  readonly state: 'sending' | 'paused' | 'starting' | 'failed' | 'lost';
  readonly sentBytes: number;
  /** Over the last seconds; null before there is enough to say. */
  readonly bytesPerSecond: number | null;
  /** When the last bytes went out, in milliseconds since 1970. */
  readonly movedAt: number;
  readonly error: unknown;
}

/** What a browser keeps of an upload over a reload. */
export interface KeptUpload {
  key: string;
  request: CreateDataset;
  fileName: string;
  byteLength: number;
  id: string | null;
  sentBytes: number;
}

export interface UploadsOptions {
  /** Sends a file, from where an earlier attempt ended; resolves with the upload's id. Rejects when `signal` is aborted. */
  send(file: File, options: { onBegin: (id: string) => void; onProgress: (sentBytes: number) => void; signal: AbortSignal }): Promise<string>;
  /** Removes what has been sent. */
  forget(id: string): Promise<void>;
  /** Asks for the import. */
  start(request: CreateDataset): Promise<unknown>;
  kept: { read(): KeptUpload[]; write(uploads: KeptUpload[]): void };
  now(): number;
}

export interface Uploads {
  /** The same array until something changes. */
  list(): readonly Upload[];
  subscribe(listener: () => void): () => void;
  begin(file: File, request: CreateDataset): void;
  pause(key: string): void;
  /** Goes on; one that was lost needs its file. */
  resume(key: string): void;
  /** @returns what is wrong with the file, or null when the upload goes on with it */
  chooseAgain(key: string, file: File): string | null;
  discard(key: string): void;
  /** Ends what is under way; what has been sent stays on the server. */
  close(): void;
}

const speedWindowMs = 5000;

/** What is only needed while an upload runs here. */
interface Work {
  file: File;
  controller: AbortController;
  /** Everything is there. */
  isSent: boolean;
  moves: { at: number; bytes: number }[];
}

export function createUploads({ send, forget, start, kept, now }: UploadsOptions): Uploads {
  let uploads: readonly Upload[] = kept.read().map((each) => ({ ...each, state: 'lost', bytesPerSecond: null, movedAt: 0, error: null }));
  const works = new Map<string, Work>();
  const listeners = new Set<() => void>();

  function show(next: readonly Upload[]): void {
    uploads = next;
    kept.write(uploads.map(({ key, request, fileName, byteLength, id, sentBytes }) => ({ key, request, fileName, byteLength, id, sentBytes })));
    for (const listener of listeners) listener();
  }
  const find = (key: string): Upload | undefined => uploads.find((each) => each.key === key);
  const change = (key: string, changes: Partial<Upload>): void => show(uploads.map((each) => (each.key === key ? { ...each, ...changes } : each)));
  const remove = (key: string): void => show(uploads.filter((each) => each.key !== key));

  function onProgress(key: string, work: Work, sentBytes: number): void {
    const at = now();
    work.moves = [...work.moves.filter((move) => at - move.at <= speedWindowMs), { at, bytes: sentBytes }];
    const first = work.moves[0];
    const elapsedMs = first ? at - first.at : 0;
    change(key, { sentBytes, movedAt: at, bytesPerSecond: first && elapsedMs >= 500 ? (1000 * (sentBytes - first.bytes)) / elapsedMs : (find(key)?.bytesPerSecond ?? null) });
  }

  async function run(key: string, file: File, isSent: boolean): Promise<void> {
    const work: Work = { file, controller: new AbortController(), isSent, moves: [] };
    const { signal } = work.controller;
    works.set(key, work);
    change(key, { state: isSent ? 'starting' : 'sending', error: null, bytesPerSecond: null, movedAt: now() });
    try {
      if (!work.isSent) {
        const id = await send(file, { onBegin: (begun) => change(key, { id: begun }), onProgress: (sentBytes) => onProgress(key, work, sentBytes), signal });
        if (signal.aborted) return;
        work.isSent = true;
        change(key, { id, state: 'starting', sentBytes: file.size });
      }
      const upload = find(key);
      if (upload?.id != null) await start({ ...upload.request, source: { kind: 'upload', uri: upload.id } });
      works.delete(key);
      remove(key);
    } catch (error) {
      if (!signal.aborted) change(key, { state: 'failed', error });
    }
  }

  return {
    list: () => uploads,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin(file, request) {
      const key = `${request.name}/${file.name}/${now()}`;
      // Another upload under this name would make an import of its own: the newest choice counts.
      const others = uploads.filter((each) => each.request.name !== request.name);
      for (const { key: old } of uploads.filter((each) => each.request.name === request.name)) works.get(old)?.controller.abort();
      show([{ key, request, fileName: file.name, byteLength: file.size, id: null, state: 'sending', sentBytes: 0, bytesPerSecond: null, movedAt: now(), error: null }, ...others]);
      void run(key, file, false);
    },
    pause(key) {
      if (find(key)?.state !== 'sending') return;
      works.get(key)?.controller.abort();
      change(key, { state: 'paused', bytesPerSecond: null });
    },
    resume(key) {
      const work = works.get(key);
      const state = find(key)?.state;
      if (work && (state === 'paused' || state === 'failed')) void run(key, work.file, work.isSent);
    },
    chooseAgain(key, file) {
      const upload = find(key);
      if (!upload) return 'This upload was discarded.';
      if (file.name !== upload.fileName || file.size !== upload.byteLength) return `Expected ${upload.fileName} as it was, got ${file.name === upload.fileName ? 'a file of another size' : file.name}.`;
      void run(key, file, false);
      return null;
    },
    discard(key) {
      const upload = find(key);
      works.get(key)?.controller.abort();
      works.delete(key);
      remove(key);
      // What cannot be removed now, the server removes after a day of silence.
      if (upload?.id != null) forget(upload.id).catch(() => undefined);
    },
    close() {
      for (const { controller } of works.values()) controller.abort();
    },
  };
}
