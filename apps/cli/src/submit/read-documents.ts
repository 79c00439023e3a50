import { readFile } from 'node:fs/promises';
import { AppError, parseExperimentConfig } from '@eyegazer/core';
import type { Input } from '../input/input.js';
import { parseConfigDocuments, type ConfigDocument } from './config-document.js';
import { describeRefusal } from './describe-refusal.js';

/** The configs of a file, `-` for standard input, each held against the schema: one that is wrong leaves none submitted. */
export async function readDocuments(file: string, input: Input): Promise<ConfigDocument[]> {
  const documents = file === '-' ? parseConfigDocuments(await input.text(), '<stdin>') : parseConfigDocuments(await readText(file), file);
  for (const document of documents) {
    try {
      parseExperimentConfig(document.config);
    } catch (error) {
      throw describeRefusal(error, document);
    }
  }
  return documents;
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.code === 'EISDIR' ? 'it is a folder' : (error.code ?? error.message);
    throw new AppError('BAD_REQUEST', `${file} cannot be read: ${reason}.`, { cause: error });
  });
}
