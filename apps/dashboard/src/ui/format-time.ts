/** How long ago an instant was: `just now`, `4 min ago`, `3 days ago`. */
export function formatAgo(iso: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(iso)) / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const timeOnly = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** An instant in the reader's own time zone. */
export function formatInstant(iso: string): string {
  return clock.format(new Date(iso));
}

/** The time of day of an instant, for lines of a log. */
export function formatClock(iso: string): string {
  return timeOnly.format(new Date(iso));
}
