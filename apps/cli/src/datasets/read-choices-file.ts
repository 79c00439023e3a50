import { readFile } from 'node:fs/promises';
import { AppError, curationSchema, parseWith, type Curation } from '@eyegazer/core';
import { parse } from 'yaml';

/** Choices as `eyegazer datasets versions --json` shows them, in YAML or JSON; what is left out has its default. @throws AppError BAD_REQUEST, BAD_CONFIG */
export async function readChoicesFile(file: string): Promise<Curation> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('BAD_REQUEST', `${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? error.message)}.`, { cause: error });
  });
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new AppError('BAD_CONFIG', `${file}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`, { cause: error });
  }
  try {
    return parseWith(curationSchema, value, { code: 'BAD_CONFIG', what: 'choices' });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}
