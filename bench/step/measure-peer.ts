import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StepCase } from './step-cases.js';

/** The same step in PyTorch, Transformers and PEFT. */
export interface PeerResult {
  /** Milliseconds of the median step, by precision. */
  medianMs: { float32: number; bfloat16: number };
  versions: string;
}

/** Runs `peer-step.py` on a case's model and batch, in one piece. */
export async function measurePeer({ python, stepCase, threads }: { python: string; stepCase: StepCase; threads: number }): Promise<PeerResult> {
  const script = fileURLToPath(new URL('./peer-step.py', import.meta.url));
  const { stdout } = await promisify(execFile)(python, [script, stepCase.model, String(stepCase.batch), String(threads)]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as PeerResult;
}
