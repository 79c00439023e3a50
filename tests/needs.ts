/** Skips a suite whose outside need is not there, with a line that nobody overlooks; with CI=true that is a failure. */
export function needs(context: Mocha.Context, present: boolean, what: string): void {
  if (present) return;
  const title = context.test?.parent?.fullTitle() ?? '';
  if (process.env['CI']) throw new Error(`Expected ${what}; with CI set nothing may be skipped.`);
  console.warn(`\n  SKIPPED "${title}": it needs ${what}.\n`);
  context.skip();
}
