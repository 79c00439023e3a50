import { AppError } from '@eyegazer/core';

/**
 * Decodes a stream of UTF-8; a BOM is dropped. Unlike most decoders it puts no replacement character in place of what is
 * something else: an id that was changed on the way in finds no image.
 * @throws AppError BAD_FILE naming the file and the line
 */
export async function* decodeUtf8(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  const decode = (chunk: Uint8Array | undefined): string => {
    try {
      const text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
      line += countLineEnds(text);
      return text;
    } catch (cause) {
      const lenient = new TextDecoder().decode(chunk);
      const bad = lenient.indexOf('\uFFFD');
      throw new AppError('BAD_FILE', `${name}, line ${line + countLineEnds(lenient.slice(0, Math.max(bad, 0)))}: expected text in UTF-8, got bytes that are not. Save the file as UTF-8.`, { cause });
    }
  };
  for await (const chunk of bytes) yield decode(chunk);
  yield decode(undefined);
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
