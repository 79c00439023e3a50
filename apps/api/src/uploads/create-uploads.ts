/**
 * Files that are sent to this machine, resumable by the tus protocol. The protocol and the files are the library's; who may,
 * how much, and for how long are decided here. What is here is what the file holds: nothing is remembered in between, so that
 * an upload goes on after a restart as after a broken connection.
 */
import { mkdirSync } from 'node:fs';
import { rm, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { finished, PassThrough, Readable } from 'node:stream';
import { AppError, parseWith, type Actor, type Logger, type UploadWire } from '@eyegazer/core';
import { FileStore } from '@tus/file-store';
import { Server, type Upload } from '@tus/server';
import type { Request as HttpRequest } from 'express';
import { describeTusError } from './describe-tus-error.js';
import { listUploads, removeSilentUploads } from './upload-files.js';
import { cleanFileName, ownerOf, uploadRecordSchema, type UploadRecord } from './upload-record.js';

/** A whole upload. */
export interface FoundUpload {
  /** Of the file on this machine. */
  path: string;
  fileName: string;
}

export interface Uploads {
  /**
   * Does one request of the tus protocol: POST, HEAD, PATCH or DELETE.
   * @returns the headers of its answer
   * @throws AppError NOT_FOUND also for another's upload, CONFLICT for another offset, TOO_LARGE, BAD_REQUEST, UNAVAILABLE
   */
  handle(request: HttpRequest, owner: Actor): Promise<Record<string, string>>;
  /** @throws AppError NOT_FOUND */
  get(id: string, owner: Actor): Promise<UploadWire>;
  /**
   * An upload that has all its bytes. It is kept for another day from now on.
   * @throws AppError NOT_FOUND, CONFLICT while bytes are missing
   */
  find(id: string, owner: Actor): Promise<FoundUpload>;
  /** The same for who was let in before: an import that goes on after a restart. Null when it is gone. */
  findAgain(id: string): Promise<FoundUpload | null>;
  /** What was imported goes. */
  remove(id: string): Promise<void>;
  /** Removes uploads that nothing was heard of for a day, now and then. */
  watchSilent(): void;
  close(): void;
}

export interface UploadsOptions {
  /** Folder of all state of this machine; uploads are in `uploads` below it. */
  home: string;
  /** Of one upload. */
  limitBytes: number;
  log: Logger;
  /** Free bytes of the disk that a folder is on. */
  readFreeBytes?: (folder: string) => Promise<number>;
}

const path = '/api/uploads';
const idPattern = /^[0-9a-f]{32}$/;
const passedOn = ['tus-resumable', 'upload-length', 'upload-offset', 'upload-metadata', 'content-type', 'content-length'];
const told = ['location', 'tus-resumable', 'upload-offset', 'upload-length'];
const ownerHeader = 'x-upload-owner';
/** What an upload must leave of the disk: the database lies on it too. */
const reserveBytes = 1024 ** 3;
/** For what a request that is ended has still to write. Meanwhile the library looks for its lock without a pause. */
const lockDrainMs = 200;
const sweepEveryMs = 600_000;

export function createUploads({ home, limitBytes, log, readFreeBytes = freeBytesOf }: UploadsOptions): Uploads {
  const folder = join(home, 'uploads');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const store = new FileStore({ directory: folder });
  const server = new Server({
    path,
    datastore: store,
    relativeLocation: true,
    maxSize: limitBytes,
    lockDrainTimeout: lockDrainMs,
    onUploadCreate: async (request, upload) => {
      const record: UploadRecord = { owner: request.headers.get(ownerHeader) ?? '', fileName: cleanFileName(upload.metadata?.['filename']) };
      return { metadata: record };
    },
  });
  let timer: NodeJS.Timeout | undefined;
  let lastBegun: Promise<unknown> = Promise.resolve();

  /** Uploads begin one after the other: what the first is promised is no room for the second. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = lastBegun.then(work);
    lastBegun = mine.catch(() => undefined);
    return mine;
  }

  async function open(id: string, owner: Actor): Promise<{ upload: Upload; record: UploadRecord; byteLength: number }> {
    const missing = new AppError('NOT_FOUND', `There is no upload ${id.slice(0, 64)} of yours. It may have been imported or deleted, or nothing has come for 24 hours. Upload the file again.`);
    if (!idPattern.test(id)) throw missing;
    const upload = await store.getUpload(id).catch(() => null);
    if (upload === null) throw missing;
    const record = parseWith(uploadRecordSchema, upload.metadata, { code: 'INTERNAL', what: 'upload' });
    if (record.owner !== ownerOf(owner)) throw missing;
    return { upload, record, byteLength: upload.size ?? 0 };
  }

  async function assertRoom(request: HttpRequest): Promise<void> {
    const text = request.get('upload-length') ?? '';
    const wanted = /^\d{1,15}$/.test(text) ? Number(text) : 0;
    if (wanted === 0) throw new AppError('BAD_REQUEST', `Expected the header Upload-Length with the bytes of the file, 1 or more, got ${text === '' ? 'none' : JSON.stringify(text.slice(0, 40))}.`, { path: 'Upload-Length' });
    if (wanted > limitBytes) throw new AppError('TOO_LARGE', `Expected a file of at most ${gigabytes(limitBytes)} (EYEGAZER_UPLOAD_GB), got ${gigabytes(wanted)}. Copy it to the server and import it by its path.`);
    let promised = 0;
    for (const { byteLength, receivedBytes } of await listUploads(store)) promised += byteLength - receivedBytes;
    const room = Math.max(0, (await readFreeBytes(folder)) - promised - reserveBytes);
    if (wanted > room) throw new AppError('TOO_LARGE', `The file has ${gigabytes(wanted)}, and the disk of the server has room for ${gigabytes(room)}. Free some, or move EYEGAZER_HOME to a larger disk.`);
  }

  async function passOn(request: HttpRequest, owner: Actor): Promise<Record<string, string>> {
    const { method } = request;
    const headers = new Headers({ [ownerHeader]: ownerOf(owner) });
    for (const name of passedOn) {
      const value = request.get(name);
      if (value !== undefined) headers.set(name, value);
    }
    // Whoever deletes need not speak tus.
    if (method === 'DELETE') headers.set('tus-resumable', '1.0.0');
    const answer = await withBody(request, (body) => server.handleWeb(new Request(new URL(request.path, 'http://uploads'), { method, headers, ...(method === 'PATCH' ? { body, duplex: 'half' as const } : {}) })));
    if (request.errored) throw request.errored;
    if (!answer.ok) throw await describeTusError(answer, { folder, readFreeBytes });
    return Object.fromEntries(told.flatMap((name) => [[name, answer.headers.get(name)]]).filter((pair): pair is [string, string] => pair[1] !== null));
  }

  return {
    async handle(request, owner) {
      if (request.method === 'POST') {
        return inTurn(async () => {
          await assertRoom(request);
          return passOn(request, owner);
        });
      }
      await open(String(request.params['id']), owner);
      return passOn(request, owner);
    },
    async get(id, owner) {
      const { upload, record, byteLength } = await open(id, owner);
      return { id, fileName: record.fileName, byteLength, receivedBytes: upload.offset };
    },
    async find(id, owner) {
      const { upload, record, byteLength } = await open(id, owner);
      if (upload.offset !== byteLength) throw new AppError('CONFLICT', `The upload of ${record.fileName} is not complete: ${upload.offset} of ${byteLength} bytes are here. Let it go on.`);
      const file = join(folder, id);
      await utimes(file, new Date(), new Date());
      return { path: file, fileName: record.fileName };
    },
    async findAgain(id) {
      const upload = idPattern.test(id) ? await store.getUpload(id).catch(() => null) : null;
      if (upload === null || upload.offset !== upload.size) return null;
      const { fileName } = parseWith(uploadRecordSchema, upload.metadata, { code: 'INTERNAL', what: 'upload' });
      const file = join(folder, id);
      await utimes(file, new Date(), new Date());
      return { path: file, fileName };
    },
    async remove(id) {
      if (!idPattern.test(id)) return;
      for (const name of [id, `${id}.json`]) await rm(join(folder, name), { force: true });
    },
    watchSilent() {
      const sweep = (): void => void removeSilentUploads(folder, log);
      sweep();
      timer = setInterval(sweep, sweepEveryMs).unref();
    },
    close: () => clearInterval(timer),
  };
}

/** What nobody has read of a body is read away in the end: the connection would be stuck with it. */
async function withBody<T>(request: HttpRequest, work: (body: ReadableStream) => Promise<T>): Promise<T> {
  const body = new PassThrough();
  // Also of a connection that has broken before anybody read from it, which says nothing more by itself.
  const forget = finished(request, { writable: false }, (error) => error && body.destroy(error));
  request.pipe(body);
  try {
    return await work(Readable.toWeb(body) as ReadableStream);
  } finally {
    forget();
    request.unpipe(body);
    body.destroy();
    request.resume();
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 3 : 1)} GB`;
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
