import type { Readable } from 'node:stream';
import { Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { readAll } from './read-all.js';

/** Where a command reads from. */
export interface Input {
  readonly isTty: boolean;
  /** Everything that is piped in. */
  text(): Promise<string>;
  /** One line that a person types; with `hidden` the terminal does not show it. Null when they end the input or press Ctrl-C. */
  ask(prompt: string, options?: { hidden?: boolean }): Promise<string | null>;
}

export type InputStream = Readable & { isTTY?: boolean };

/** @param prompts where questions are shown */
export function createInput(stream: InputStream, prompts: NodeJS.WritableStream): Input {
  return {
    isTty: stream.isTTY === true,
    text: () => readAll(stream),
    ask: (question, { hidden = false } = {}) =>
      new Promise((resolve) => {
        if (hidden) prompts.write(question);
        const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
        const lines = createInterface({ input: stream, output: hidden ? nowhere : prompts, terminal: stream.isTTY === true });
        const answer = (line: string | null): void => {
          resolve(line);
          lines.close();
        };
        lines.on('SIGINT', () => answer(null));
        lines.on('close', () => {
          if (hidden) prompts.write('\n');
          resolve(null);
        });
        lines.question(hidden ? '' : question, answer);
      }),
  };
}
