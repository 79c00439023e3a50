import { AppError } from '@eyegazer/core';
import { decodeUtf8 } from '../text/decode-utf8.js';

/** One object of a JSON Lines file; `line` is counted from 1. */
export interface JsonRow {
  readonly line: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Longest line, in characters: without a bound, a file that has no line ends would fill the memory. */
const maxLineLength = 1024 * 1024;

/**
 * Streams the objects of a JSON Lines file; empty lines are skipped. `name` is what messages call the file.
 * @throws AppError BAD_FILE naming the file and the line: not UTF-8, no JSON, no object, a line of more than a million characters
 */
export async function* readJsonRows(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<JsonRow, void, undefined> {
  let line = 0;
  for await (const text of splitLines(decodeUtf8(bytes, name), () => `${name}, line ${line + 1}`)) {
    line++;
    if (text.trim() === '') continue;
    yield { line, fields: parseRow(text, `${name}, line ${line}`) };
  }
}

function parseRow(text: string, place: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('BAD_FILE', `${place}: expected a JSON object, got "${cause instanceof Error ? cause.message : String(cause)}".`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('BAD_FILE', `${place}: expected a JSON object with a value for each column, got ${text.slice(0, 40)}.`);
  }
  return value as Record<string, unknown>;
}

async function* splitLines(texts: AsyncIterable<string>, place: () => string): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of texts) {
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      yield rest + text.slice(from, at);
      rest = '';
      from = at + 1;
    }
    rest += text.slice(from);
    if (rest.length > maxLineLength) throw new AppError('BAD_FILE', `${place()}: expected a line of at most ${maxLineLength} characters, got a longer one.`);
  }
  if (rest !== '') yield rest;
}
