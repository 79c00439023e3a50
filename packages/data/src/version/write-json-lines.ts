/** About a quarter of a megabyte of samples. */
const linesAtOnce = 1000;

/** JSON Lines in UTF-8, many lines a piece. */
export function* writeJsonLines(values: Iterable<unknown>): Generator<Uint8Array> {
  let lines: string[] = [];
  for (const value of values) {
    lines.push(`${JSON.stringify(value)}\n`);
    if (lines.length < linesAtOnce) continue;
    yield Buffer.from(lines.join(''));
    lines = [];
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''));
}
