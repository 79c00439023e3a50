import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError, parseWith, type Logger } from '@eyegazer/core';
import { importProcessOptions } from './import-process-options.js';
import type { ImportJob, ImportKind } from './import-messages.js';

export interface ImportProcess<R> {
  pid: number | undefined;
  /** @throws AppError what the import failed of, CANCELLED after `stop` */
  result: Promise<R>;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../import-child.js', import.meta.url));
const longestFarewellMs = 2500;
/** Characters of what it wrote last. */
const keptWords = 2000;

/** Runs one import in a process of its own: decoding what a person brings must not be able to take the API down. */
export function runImportProcess<P, R>(job: ImportJob, options: { kind: ImportKind<P, R>; log: Logger; onProgress: (progress: P) => void }): ImportProcess<R> {
  const child = fork(program, { ...importProcessOptions(process.env), stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  let stopped = false;
  let exited = false;
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-keptWords);
    options.log.warn({ pid: child.pid, stderr: text.trimEnd() }, 'import process said');
  });

  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      exited = true;
      resolve();
    };
    child.once('exit', end).once('error', () => child.exitCode === null && child.pid === undefined && end());
  });
  const result = new Promise<R>((resolve, reject) => {
    child.on('message', (value) => {
      try {
        const message = parseWith(options.kind.message, value, { code: 'INTERNAL', what: 'import message' });
        if (message.kind === 'progress') options.onProgress(message.progress);
        else if (message.kind === 'done') resolve(message.result);
        else {
          const { code, message: text, path, details } = message.error;
          reject(new AppError(code, text, { ...(path === undefined ? {} : { path }), ...(details === undefined ? {} : { details }) }));
        }
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    child.once('error', reject);
    // Comes after the last message, unlike `exit`.
    child.once('close', (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      const why = words.trim().split('\n').at(-1) ?? '';
      reject(stopped ? new AppError('CANCELLED', 'The import was stopped.') : new AppError('INTERNAL', `The import process ${how} before it was done${why === '' ? '' : `: ${why}`}. Import again.`));
    });
    child.send(job, (error) => error && reject(error));
  });
  result.catch(() => undefined);

  return {
    pid: child.pid,
    result,
    async stop() {
      if (exited) return;
      stopped = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), longestFarewellMs);
      await gone;
      clearTimeout(timer);
    },
  };
}
