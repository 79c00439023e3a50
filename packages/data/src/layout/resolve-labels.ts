/**
 * Labels as tables, files and folders have them become classes, one rule for every layout:
 *
 * 1. Where the source names its classes (a ClassLabel of Hugging Face), a label is a class id or a class name; -1 means none.
 * 2. Otherwise, where at least half of the labels are numbers, all must be whole numbers from 0 to 999, also written as
 *    floats (`1.0` is 1). They keep their value as class id; a number in between that no image has is an empty class.
 * 3. Otherwise every text is a class, in natural order, and a number among them is a mistake.
 *
 * What fits no rule is said, label by label.
 */
import { AppError } from '@eyegazer/core';
import { compareNatural } from './natural-order.js';

/** Beyond this a number is hardly a class, and every class costs an output of the model. */
const highestClass = 999;

/** A folder's name has 255 bytes at most. */
const longestName = 255;

/** A class id, null for an image without label, or what was expected instead. */
export type ResolvedLabel = number | null | { readonly expected: string };

export interface ResolvedLabels {
  /** Names of the classes, by id. */
  readonly labels: string[];
  /** Whether they are the whole numbers from 0 on. */
  readonly numeric: boolean;
  readonly resolved: ResolvedLabel[];
}

/** @param classNames as a ClassLabel has them, or null @throws AppError BAD_DATASET for more than 1,000 labels or classes named twice */
export function resolveLabels(raw: readonly unknown[], classNames: readonly string[] | null): ResolvedLabels {
  const read = raw.map(readLabel);
  if (classNames !== null) return byClassNames(read, classNames);
  let [numbers, all] = [0, 0];
  for (const label of read) {
    if (label === null || typeof label === 'object') continue;
    all++;
    if (isNumber(label)) numbers++;
  }
  return numbers * 2 >= all ? byNumber(read) : byText(read);
}

type ReadLabel = string | number | null | { readonly expected: string };

function readLabel(raw: unknown): ReadLabel {
  switch (typeof raw) {
    case 'undefined':
      return null;
    case 'number':
      return raw;
    case 'bigint':
      return Number(raw);
    case 'boolean':
      return String(raw);
    case 'string':
      return raw.trim() === '' ? null : isFitForName(raw.trim()) ? raw.trim() : { expected: `expected a label of at most ${longestName} characters without control characters, got ${show(raw.trim())}.` };
    default:
      return raw === null ? null : { expected: `expected a label that is a number or a text, got ${Array.isArray(raw) ? 'a list' : 'an object'}.` };
  }
}

/** A label becomes the name of a class. */
function isFitForName(label: string): boolean {
  return label.length <= longestName && !/[\p{Cc}\p{Surrogate}]/u.test(label);
}

/** Also of what is no whole number, or none at all: `2.5` and `NaN` are numbers that are wrong. */
function isNumber(label: string | number): boolean {
  return typeof label === 'number' || /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|nan|inf|infinity)$/i.test(label);
}

function wholeNumber(label: string | number): number {
  const value = typeof label === 'number' ? label : /^\+?\d+(?:\.0*)?$/.test(label) ? Number(label) : Number.NaN;
  return Number.isInteger(value) && value >= 0 ? value : Number.NaN;
}

function byClassNames(read: readonly ReadLabel[], classNames: readonly string[]): ResolvedLabels {
  const labels = classNames.map((name, id) => (name === '' ? String(id) : name));
  const ids = new Map(labels.map((name, id) => [name, id]));
  const twice = labels.find((name, id) => ids.get(name) !== id);
  if (twice !== undefined) throw new AppError('BAD_DATASET', `Expected classes of different names, got ${show(twice)} twice.`);
  const unfit = labels.find((name) => !isFitForName(name));
  if (unfit !== undefined) throw new AppError('BAD_DATASET', `Expected names of classes of at most ${longestName} characters without control characters, got ${show(unfit)}.`);
  assertFew(labels);
  const resolved = read.map((label): ResolvedLabel => {
    if (label === null || typeof label === 'object') return label;
    if (label === -1 || label === '-1') return null;
    const id = ids.get(String(label)) ?? wholeNumber(label);
    const whole = typeof label === 'number' ? wholeNumber(label) : id;
    return whole < labels.length ? whole : { expected: `expected a class id from 0 to ${labels.length - 1} or one of ${labels.slice(0, 10).join(', ')}, got ${show(label)}.` };
  });
  return { labels, numeric: labels.every((name, id) => name === String(id)), resolved };
}

function byNumber(read: readonly ReadLabel[]): ResolvedLabels {
  let highest = -1;
  const resolved = read.map((label): ResolvedLabel => {
    if (label === null || typeof label === 'object') return label;
    const value = wholeNumber(label);
    if (!(value <= highestClass)) return { expected: `expected a label that is a whole number from 0 to ${highestClass}, got ${show(label)}.` };
    if (value > highest) highest = value;
    return value;
  });
  return { labels: Array.from({ length: highest + 1 }, (_, id) => String(id)), numeric: true, resolved };
}

function byText(read: readonly ReadLabel[]): ResolvedLabels {
  const texts = new Set<string>();
  for (const label of read) if (typeof label === 'string' && !isNumber(label)) texts.add(label);
  assertFew(texts);
  const labels = [...texts].sort(compareNatural);
  const ids = new Map(labels.map((label, id) => [label, id]));
  const resolved = read.map((label): ResolvedLabel => {
    if (label === null || typeof label === 'object') return label;
    return ids.get(String(label)) ?? { expected: `expected a label that is a text, as most of its column are, got ${show(label)}.` };
  });
  return { labels, numeric: false, resolved };
}

function assertFew(labels: Iterable<string>): void {
  const [...all] = labels;
  if (all.length <= highestClass + 1) return;
  throw new AppError('BAD_DATASET', `Expected at most ${highestClass + 1} different labels, got ${all.length}, such as ${all.slice(0, 3).map(show).join(', ')}. Name the column of the labels (columns.label).`);
}

function show(label: string | number): string {
  return typeof label === 'number' ? String(label) : JSON.stringify(label.slice(0, 40));
}
