import { AppError } from '@eyegazer/core';
import { cleanText } from '../output/clean-text.js';

/**
 * The parts of an artifact's name, which becomes a path below the folder that a person chose: nothing that leads out of it,
 * and nothing that another operating system would read otherwise.
 * @throws AppError CORRUPT_ARTIFACT
 */
export function parseArtifactPath(name: string): string[] {
  const parts = name.split('/');
  const isSafe = parts.every((part) => part !== '' && part !== '.' && part !== '..' && part.length <= 200 && !/[\u0000-\u001f\u007f\\:*?"<>|]/.test(part) && !/[. ]$/.test(part));
  if (!isSafe || parts.length > 8) throw new AppError('CORRUPT_ARTIFACT', `The server names a file ${JSON.stringify(cleanText(name))}, which is no safe name below a folder. Nothing was fetched.`);
  return parts;
}
