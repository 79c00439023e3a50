import { createPaint, wantsColour, type Paint } from './paint.js';

/** Where a command writes to. */
export interface Output {
  readonly isTty: boolean;
  /** Columns of the terminal now; null where the output is not one. */
  readonly columns: number | null;
  readonly rows: number;
  readonly paint: Paint;
  line(text?: string): void;
  lines(texts: readonly string[]): void;
  /** Writes as it is: cursor movements, prompts. */
  raw(text: string): void;
}

export type OutputStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

const narrowest = 40;

export function createOutput(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Output {
  const write = (text: string): void => void stream.write(text);
  return {
    isTty: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? Math.max(narrowest, stream.columns ?? 80) : null;
    },
    get rows() {
      return stream.rows ?? 24;
    },
    paint: createPaint(wantsColour(stream, env)),
    line: (text = '') => write(`${text}\n`),
    lines: (texts) => write(texts.map((text) => `${text}\n`).join('')),
    raw: write,
  };
}

/** Columns of running text: as wide as the terminal, yet never tiring to read. */
export function textColumns(output: Output): number {
  return Math.min(output.columns ?? 100, 110);
}
