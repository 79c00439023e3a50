import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@eyegazer/client';
import { AppError, type SubmitAnswer } from '@eyegazer/core';
import type { ConfigDocument } from './config-document.js';
import { describeRefusal } from './describe-refusal.js';

const tries = 3;
const pauseMs = 1000;

/** What each config would do; nothing is stored. @throws AppError with the line of the file */
export async function planDocuments(api: ApiClient, documents: readonly ConfigDocument[]): Promise<SubmitAnswer[]> {
  const answers: SubmitAnswer[] = [];
  for (const document of documents) answers.push(await naming(document, () => api.planExperiment(document.config)));
  return answers;
}

/**
 * Submits every config. Of several, all are planned before the first is submitted: one that the server refuses leaves
 * none submitted. An answer that got lost on the way is asked for again under the same key, and nothing runs twice.
 */
export async function submitDocuments(api: ApiClient, documents: readonly ConfigDocument[]): Promise<SubmitAnswer[]> {
  if (documents.length > 1) await planDocuments(api, documents);
  const invocation = randomUUID();
  const answers: SubmitAnswer[] = [];
  for (const [i, document] of documents.entries()) {
    const idempotencyKey = `cli-${invocation}-${i}`;
    answers.push(await naming(document, () => persistently(() => api.submitExperiment(document.config, { idempotencyKey }))));
  }
  return answers;
}

async function naming<T>(document: ConfigDocument, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw describeRefusal(error, document);
  }
}

async function persistently<T>(task: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (attempt === tries || !mayHaveArrived(error)) throw error;
      await sleep(attempt * pauseMs);
    }
  }
}

/** True when the request may have been carried out although no answer came. */
function mayHaveArrived(error: unknown): boolean {
  return error instanceof AppError && error.code === 'UNAVAILABLE' && error.details?.['sent'] !== false;
}
