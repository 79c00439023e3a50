/** A token in the wrong place is a secret still. */
const anyToken = /\bey[gs]_[A-Za-z0-9_-]{20,}/g;

/** An outside value as a message shows it: as JSON, cut to 80 characters. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = stringify(value).replace(anyToken, '[hidden]');
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** JSON.parse takes lists nested a million deep; JSON.stringify runs out of stack on them. */
function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (error) {
    if (error instanceof RangeError) return 'a value nested too deeply to show';
    throw error;
  }
}
