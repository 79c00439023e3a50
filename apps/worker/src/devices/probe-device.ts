/**
 * Asks a device in a child process of its own: a driver may crash, hang or take the whole machine's memory, and none of that may
 * reach the worker. The child is apps/worker/src/probe-main.ts.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseWith, type DeviceId } from '@eyegazer/core';
import { childEnvironment } from '@eyegazer/platform';
import { z } from 'zod';
import { withLargePages } from './large-pages.js';

export const probeTasks = ['self-test', 'speed'] as const;
export type ProbeTask = (typeof probeTasks)[number];

const taskWords: Readonly<Record<ProbeTask, string>> = { 'self-test': 'the self-test', speed: 'the measurement of its speed' };

const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('self-test'), maxError: z.number(), halfPrecisionFailure: z.string().nullable() }),
  z.strictObject({ kind: z.literal('speed'), imagesPerSecond: z.number() }),
  z.strictObject({ kind: z.literal('failed'), reason: z.string() }),
]);
export type ProbeAnswer = z.infer<typeof answerSchema>;

export interface ProbeOptions {
  device: DeviceId;
  task: ProbeTask;
  /** CPU threads of a step; all cores unless told. */
  threads?: number | undefined;
  /** A GPU compiles its programs at the first step. */
  longestMs?: number;
  /** The child's entry file. */
  entry?: string;
}

/** Between the end of a process and the end of what it wrote. */
const longestFarewellMs = 2000;

/** Never throws: what goes wrong is the reason in a `failed`. */
export function probeDevice({ device, task, threads, longestMs = 120_000, entry = fileURLToPath(new URL('../probe-main.js', import.meta.url)) }: ProbeOptions): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const child = fork(entry, [task, device, ...(threads === undefined ? [] : [String(threads)])], {
      env: withLargePages(childEnvironment(process.env)),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let answer: ProbeAnswer | null = null;
    let output = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
      // A driver can hold even a killed process, or leave a helper that holds its output: nobody waits for either.
      setTimeout(() => {
        child.stderr?.destroy();
        child.unref();
        end('');
      }, longestFarewellMs);
    }, longestMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-500)));
    child.on('message', (message) => {
      try {
        answer = parseWith(answerSchema, message, { code: 'INTERNAL', what: 'probe message' });
      } catch (error) {
        answer = { kind: 'failed', reason: String(error) };
      }
    });
    const end = (how: string): void => {
      clearTimeout(timer);
      const ending = isLate ? `did not answer within ${longestMs / 1000} s` : how;
      const lastWords = output === '' ? '' : `: ${output.trim()}`;
      resolve(answer ?? { kind: 'failed', reason: `${device}: ${taskWords[task]} ${ending}${lastWords}` });
    };
    child.once('error', (error) => end(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => end(signal === null ? `ended with code ${code}` : `was ended by ${signal}, a crash of native code`));
  });
}
