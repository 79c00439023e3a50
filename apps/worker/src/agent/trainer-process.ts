import { fork } from 'node:child_process';
import { createErrorRecord, type ErrorRecord, type Logger, parseWith } from '@eyegazer/core';
import { childEnvironment } from '@eyegazer/platform';
import { withLargePages } from '../devices/large-pages.js';
import { trainerMessageSchema, type AgentMessage, type TrainerMessage } from '../ipc/trainer-messages.js';

export interface TrainerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Why it could not even start, or said something that is no message. */
  error?: ErrorRecord;
  /** The last of what it wrote to stdout and stderr, as text that a database can store. */
  output: string;
}

/** A trainer child: one process, one attempt. */
export interface TrainerProcess {
  readonly pid: number | undefined;
  /** Messages to a process that is gone are dropped: `exited` says so. */
  send(message: AgentMessage): void;
  /** To be set before the job is sent. */
  onMessage: (message: TrainerMessage) => void;
  /** Hears what it writes to its console; to be set to that of its attempt. */
  log: Logger;
  kill(): void;
  /** Resolves when the process is gone and everything it said has been heard. */
  readonly exited: Promise<TrainerExit>;
  readonly hasExited: boolean;
}

const keptOutput = 2000;

/** Forks a trainer. It gets neither database nor token: what it has to say goes through the agent. */
export function forkTrainer({ path, log }: { path: string; log: Logger }): TrainerProcess {
  const child = fork(path, [], { env: withLargePages(childEnvironment(process.env)), execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  let error: ErrorRecord | undefined;
  let hasExited = false;
  let code: number | null = null;
  let signal: NodeJS.Signals | null = null;

  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptOutput);
      trainer.log.warn({ trainerPid: child.pid, output: text.trimEnd() }, 'The trainer wrote to its console');
    });
  }
  const fail = (cause: unknown): void => {
    error ??= createErrorRecord(cause);
    child.kill('SIGKILL');
  };
  const exited = new Promise<TrainerExit>((resolve) => {
    // `exit` may come before the last messages have been read; the channel's end comes after them.
    let awaited = 2;
    const oneDown = (): void => {
      awaited--;
      if (awaited > 0) return;
      hasExited = true;
      resolve({ code, signal, output: storable(output), ...(error ? { error } : {}) });
    };
    child.once('disconnect', oneDown);
    child.once('exit', (exitCode, exitSignal) => {
      code = exitCode;
      signal = exitSignal;
      oneDown();
    });
    child.once('error', (cause) => {
      fail(cause);
      if (child.pid === undefined) {
        awaited = 1;
        oneDown();
      }
    });
  });

  const trainer: TrainerProcess = {
    pid: child.pid,
    send(message) {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: () => undefined,
    log,
    kill: () => void child.kill('SIGKILL'),
    exited,
    get hasExited() {
      return hasExited;
    },
  };
  child.on('message', (message) => {
    try {
      trainer.onMessage(parseWith(trainerMessageSchema, message, { code: 'INTERNAL', what: 'trainer message' }));
    } catch (cause) {
      fail(cause);
    }
  });
  return trainer;
}

/** PostgreSQL takes neither NUL nor half a surrogate pair, and cutting off the beginning can leave one. */
function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', ''), 'utf8').toString('utf8');
}
