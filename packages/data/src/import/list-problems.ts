import { shortenText, type ImportProblem } from '@eyegazer/core';

const mostListed = 200;
/** A table's field may have a million characters. */
const longestName = 200;
const longestMessage = 1000;

/** The first problems, as they are stored and shown. */
export function listProblems(problems: readonly ImportProblem[]): ImportProblem[] {
  return problems.slice(0, mostListed).map(({ kind, name, message }) => ({ kind, name: shortenText(name, longestName), message: shortenText(message, longestMessage) }));
}
