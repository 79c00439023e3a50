import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan';
/** Whether colours are wanted is asked of the stream that is written to, which need not be standard output. */
const unasked = { validateStream: false };

/** Colours a text, or leaves it as it is where colours are not wanted. */
export type Paint = (style: Style, text: string) => string;

export function createPaint(enabled: boolean): Paint {
  return enabled ? (style, text) => styleText(style, text, unasked) : (_style, text) => text;
}

/** https://no-color.org; a terminal that calls itself dumb has no colours either. */
export function wantsColour(stream: { isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
