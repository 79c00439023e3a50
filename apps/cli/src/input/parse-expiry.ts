import { InvalidArgumentError } from 'commander';

/** `90d` from now, or a date or time such as `2030-01-31` or `2030-01-31T12:00:00Z`, as ISO 8601. */
export function parseExpiry(text: string, nowMs = Date.now()): string {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const at = days !== undefined ? nowMs + Number(days) * 86_400_000 : /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!(at > nowMs)) throw new InvalidArgumentError('Expected days from now such as 90d, or a date to come such as 2030-01-31.');
  return new Date(at).toISOString();
}
