import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { formatBytes, formatPercent, type ApiClient } from '@eyegazer/client';
import type { Context } from '../context.js';
import { cleanText } from '../output/clean-text.js';
import { createStepFilter } from '../output/create-step-filter.js';
import { createStatusLine } from '../output/status-line.js';
import { createUploadMemory } from './upload-memory.js';

export interface SendArchiveOptions {
  path: string;
  byteLength: number;
  signal: AbortSignal;
}

/** Sends a zip file with a line that says how far it is; answers the upload's id. @throws what `uploadFile` throws */
export async function sendArchive(api: ApiClient, { err, env }: Context, { path, byteLength, signal }: SendArchiveOptions): Promise<string> {
  const status = createStatusLine(err);
  const isNews = createStepFilter();
  const fileName = basename(path);
  const show = (sent: number): void => {
    const share = sent / Math.max(1, byteLength);
    const text = `sending ${cleanText(fileName)}  ${formatPercent(share)}  ${formatBytes(sent)} of ${formatBytes(byteLength)}`;
    if (err.isTty) status.show(share, text);
    else if (isNews('sending', share)) err.line(text);
  };
  const file = createReadStream(path);
  try {
    return await api.uploadFile(file, { fileName, signal, memory: createUploadMemory(env), onProgress: show });
  } finally {
    file.destroy();
    status.end();
  }
}
