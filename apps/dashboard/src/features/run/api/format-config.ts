/** A config as YAML, for reading: strings that could be read as something else are quoted. */
export function formatConfig(value: unknown): string {
  return lines(value, 0).join('\n');
}

function lines(value: unknown, depth: number): string[] {
  const pad = '  '.repeat(depth);
  if (!isRecord(value)) return [`${pad}${scalar(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (isRecord(inner) && Object.keys(inner).length > 0) return [`${pad}${key}:`, ...lines(inner, depth + 1)];
    return [`${pad}${key}: ${scalar(inner)}`];
  });
}

function scalar(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(scalar).join(', ')}]`;
  if (isRecord(value)) return '{}';
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  return /^[A-Za-z_][\w ./@-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value) ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
