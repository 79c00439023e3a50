import { createHash } from 'node:crypto';
import { AppError, type ArtifactStore } from '@eyegazer/core';

/**
 * The values of an artifact in JSON Lines. Its bytes are compared with their name at the end: what came before is to be believed
 * only then.
 * @param what what messages call it: `The dataset's manifest`
 * @throws AppError NOT_FOUND, CORRUPT_ARTIFACT
 */
export async function* readJsonLines(store: Pick<ArtifactStore, 'read'>, sha256: string, what: string): AsyncGenerator {
  const hash = createHash('sha256');
  let line = 0;
  for await (const text of splitLines(store.read(sha256), hash)) {
    line += 1;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw damaged(what, `line ${line} is no JSON`, cause);
    }
    yield value;
  }
  const found = hash.digest('hex');
  if (found !== sha256) throw damaged(what, `expected sha256 ${sha256}, got ${found}`);
}

export function damaged(what: string, reason: string, cause?: unknown): AppError {
  return new AppError('CORRUPT_ARTIFACT', `${what} is damaged: ${reason}. Import the dataset again.`, { cause });
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>, hash: { update(bytes: Uint8Array): unknown }): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    hash.update(chunk);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
