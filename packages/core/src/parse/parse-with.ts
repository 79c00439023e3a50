import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { showValue } from './show-value.js';

/** A file may be wrong in millions of places, and errors are stored and sent. */
const mostIssues = 100;

export interface ParseOptions {
  /** Error code of a refusal; BAD_REQUEST unless told. */
  code?: ErrorCode;
  /** What is being parsed, for values that have no path of their own: `query`, `worker settings`. */
  what?: string;
}

/**
 * Parses an outside value once, at the edge.
 * @throws AppError naming the path: `adapter.r: expected a number >= 1, got 0`; every further problem, up to a hundred, is listed in `details.issues`.
 */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown, options: ParseOptions = {}): z.infer<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => describeIssue(issue, []));
  const first = issues[0] ?? { path: '', message: 'not valid' };
  const path = first.path === '' ? (options.what ?? '') : first.path;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  throw new AppError(options.code ?? 'BAD_REQUEST', `${path === '' ? '' : `${path}: `}${first.message}${more}`, {
    ...(path === '' ? {} : { path }),
    details: { issues: issues.slice(0, mostIssues) },
  });
}

interface Described {
  path: string;
  message: string;
}

function describeIssue(issue: z.core.$ZodIssue, parents: PropertyKey[]): Described[] {
  const path = [...parents, ...issue.path];
  const at = formatPath(path);
  switch (issue.code) {
    case 'invalid_type':
      return [{ path: at, message: `expected ${nameOfType(issue.expected)}, got ${showValue(issue.input)}` }];
    case 'too_small':
      return [{ path: at, message: `expected ${boundOf(issue.origin, issue.inclusive === false ? '>' : '>=', issue.minimum)}, got ${showValue(issue.input)}` }];
    case 'too_big':
      return [{ path: at, message: `expected ${boundOf(issue.origin, issue.inclusive === false ? '<' : '<=', issue.maximum)}, got ${showValue(issue.input)}` }];
    case 'invalid_value':
      return [{ path: at, message: `expected ${issue.values.map((value) => showValue(value)).join(' or ')}, got ${showValue(issue.input)}` }];
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: formatPath([...path, key]), message: 'expected no such key; remove it or check its spelling' }));
    case 'invalid_union': {
      const branches = issue.errors.map((errors) => errors.flatMap((inner) => describeIssue(inner, path)));
      const deepest = branches.filter((branch) => branch.every((entry) => entry.path !== at))[0];
      if (deepest) return deepest;
      if (issue.discriminator !== undefined && 'options' in issue && issue.options !== undefined) {
        const options = issue.options.filter((option) => option !== undefined);
        return [{ path: at, message: `expected ${options.map((option) => showValue(option)).join(' or ')}, got ${showValue(discriminatorOf(issue.input, issue.discriminator))}` }];
      }
      // Of each branch what it says first: after a wrong type, a wrong length says nothing.
      const wanted = [...new Set(branches.flatMap((branch) => branch.slice(0, 1)).map((entry) => /^expected (.*), got /.exec(entry.message)?.[1] ?? entry.message))];
      return [{ path: at, message: `expected ${wanted.join(' or ')}, got ${showValue(issue.input)}` }];
    }
    default:
      return [{ path: at, message: issue.message }];
  }
}

function discriminatorOf(input: unknown, key: string): unknown {
  return typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[key] : input;
}

function formatPath(path: PropertyKey[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`)).join('');
}

function nameOfType(expected: string): string {
  const names: Record<string, string> = { int: 'a whole number', number: 'a number', string: 'text', boolean: 'true or false', array: 'a list', object: 'an object', tuple: 'a list' };
  return names[expected] ?? expected;
}

function boundOf(origin: string, sign: string, bound: number | bigint): string {
  if (origin === 'string') return `text of length ${sign} ${bound}`;
  if (origin === 'array') return `a list of length ${sign} ${bound}`;
  return `${origin === 'int' ? 'a whole number' : 'a number'} ${sign} ${bound}`;
}
