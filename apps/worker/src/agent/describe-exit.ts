import { AppError, type ErrorRecord, createErrorRecord } from '@eyegazer/core';
import type { TrainerExit } from './trainer-process.js';

/** Says why an attempt failed whose trainer went away without a word. */
export function describeExit(exit: TrainerExit): ErrorRecord {
  if (exit.error) return exit.error;
  const how = exit.signal ? `was killed by ${exit.signal}` : `ended with code ${exit.code}`;
  return createErrorRecord(
    new AppError('TRAINER_DIED', `The training process ${how}. ${hintFor(exit)}`, {
      details: { signal: exit.signal, code: exit.code, ...(exit.output === '' ? {} : { output: exit.output }) },
    }),
  );
}

function hintFor({ signal, output }: TrainerExit): string {
  if (signal === 'SIGKILL') {
    return 'Unless somebody ended it, the machine ran out of memory: free some, or set a smaller training.microBatch, and retry.';
  }
  if (signal) return 'This is a crash of native code: retry, and report it with details.output if it comes back.';
  return output === '' ? 'It left no message.' : 'What it wrote last is in details.output.';
}
