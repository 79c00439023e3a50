import { AppError } from '@eyegazer/core';
import type { Input } from './input.js';

/**
 * Asks before something that is hard to undo; `yes` has answered already.
 * @throws AppError BAD_REQUEST where nobody can be asked
 */
export async function confirm(input: Input, question: string, { yes }: { yes: boolean }): Promise<boolean> {
  if (yes) return true;
  if (!input.isTty) throw new AppError('BAD_REQUEST', `${question} Nobody can be asked here: say --yes to confirm.`);
  return /^y(es)?$/i.test((await input.ask(`${question} [y/N] `))?.trim() ?? '');
}
