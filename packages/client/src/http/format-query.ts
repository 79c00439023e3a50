/** What a query can hold; a list is joined by commas, and what is undefined or empty is left out. */
export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** `?limit=20&state=queued,running`, or nothing at all. */
export function formatQuery(query: Readonly<Record<string, QueryValue>> = {}): string {
  const given = Object.entries(query)
    .map(([key, value]): [string, string] => [key, value === undefined ? '' : typeof value === 'object' ? value.join(',') : String(value)])
    .filter(([, text]) => text !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
