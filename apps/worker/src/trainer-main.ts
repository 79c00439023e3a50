/** The trainer child: engine loaded, it waits for one job, runs it, and goes. */
import { writeFileSync } from 'node:fs';
import { AppError, createErrorRecord } from '@eyegazer/core';
import { createLogger, findSecrets, openStore, watchParent } from '@eyegazer/platform';
import { openAgentChannel } from './ipc/agent-channel.js';
import type { TrainerJob, TrainerOutcome } from './ipc/trainer-messages.js';
import { runTraining } from './trainer/run-training.js';

process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches every process of the terminal; the agent decides what becomes of this one.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
watchParent();
sacrificeFirst();

const channel = openAgentChannel(process);
const job = await channel.job;
await channel.end(await run(job));
process.exit(0);

async function run(job: TrainerJob): Promise<TrainerOutcome> {
  try {
    const log = createLogger({ name: 'trainer', level: 'warn', secrets: findSecrets(process.env) });
    const store = await openStore(job.store.settings, { ...job.store, log });
    return await runTraining({ job, store, channel });
  } catch (error) {
    if (channel.signal.aborted) return { kind: 'aborted' };
    if (isOutOfMemory(error)) return { kind: 'failed', error: createErrorRecord(outOfMemory(error)) };
    if (!(error instanceof AppError)) console.error(error);
    return { kind: 'failed', error: createErrorRecord(error) };
  }
}

/** What ONNX Runtime, CUDA, Vulkan and Node say when an allocation fails. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && !(error instanceof AppError) && /bad.alloc|failed to allocate memory|array buffer allocation failed|out of (device )?memory/i.test(error.message);
}

function outOfMemory(cause: unknown): AppError {
  return new AppError('OUT_OF_MEMORY', 'The device ran out of memory. Free some, or set a smaller training.microBatch, and retry.', { cause });
}

/** When memory runs out, Linux ends this process rather than the agent or the database. */
function sacrificeFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // another system, or one that does not allow it
  }
}
