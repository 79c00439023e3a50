const unstorable = /[\0\p{Surrogate}]/gu;

/** Text that PostgreSQL stores as it is: NUL and halves of characters (lone surrogates), which it refuses, become replacement characters. */
export function cleanText(text: string): string {
  return text.replace(unstorable, '\uFFFD');
}

/** The same for every text in a value of JSON, keys as well. */
export function cleanTexts(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [cleanText(key), cleanTexts(member)]));
}

/** Text of a bounded length, as `cleanText`. What is too long loses its middle: what is wrong comes first, what to do last. */
export function shortenText(text: string, mostLetters: number): string {
  const half = Math.floor(mostLetters / 2);
  return cleanText(text.length <= mostLetters ? text : `${text.slice(0, half)} ... ${text.slice(-half)}`);
}
