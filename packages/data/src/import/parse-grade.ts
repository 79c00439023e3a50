/** Beyond this a number is hardly a class, and every class costs an output of the model. */
const highestGrade = 999;

/**
 * Reads a label: a whole number from 0 to 999, also written as a float (`1.0`).
 * @returns the class id, or what was expected instead
 */
export function parseGrade(text: string): number | { expected: string } {
  const trimmed = text.trim();
  const match = /^\+?(\d+)(?:\.0*)?$/.exec(trimmed);
  const grade = match ? Number(match[1]) : Number.NaN;
  if (grade <= highestGrade) return grade;
  return { expected: `expected a label that is a whole number from 0 to ${highestGrade}, got ${trimmed === '' ? 'nothing' : JSON.stringify(trimmed.slice(0, 40))}.` };
}
