/** What a person chooses for a version, as the form holds it: numbers are the text that was typed. Every change gives another draft. */
import { curationSchema, type Curation, type DuplicatePolicy, type SplitConfig } from '@eyegazer/core';

/** A class to be. Its first label is its key: no label is in two classes. */
export interface ClassDraft {
  readonly name: string;
  readonly labels: readonly string[];
}

export interface CurationDraft {
  readonly classes: readonly ClassDraft[];
  /** Null follows the labels. */
  readonly ordinal: boolean | null;
  readonly duplicates: DuplicatePolicy;
  readonly conflicts: DuplicatePolicy;
  readonly splitKind: SplitConfig['kind'];
  readonly holdoutPercent: string;
  readonly seed: string;
  readonly folds: string;
  /** From 0. */
  readonly fold: number;
  /** As they were pasted. */
  readonly ids: string;
  readonly listFile: string;
}

export function keyOf({ labels }: ClassDraft): string {
  return labels[0] ?? '';
}

/** The draft of choices that were made before, for the labels that are there now. */
export function createCurationDraft({ classes, ordinal, duplicates, conflicts, split }: Curation, labels: readonly string[]): CurationDraft {
  const known = classes?.map(({ name, labels: theirs }) => ({ name, labels: theirs.filter((label) => labels.includes(label)) })).filter((each) => each.labels.length > 0);
  return {
    classes: known ?? labels.map(classOfOne),
    ordinal,
    duplicates,
    conflicts,
    splitKind: split.kind,
    holdoutPercent: split.kind === 'stratified' ? String(Math.round(split.holdout * 1e4) / 100) : '10',
    seed: 'seed' in split ? String(split.seed) : '42',
    folds: split.kind === 'kfold' ? String(split.folds) : '5',
    fold: split.kind === 'kfold' ? split.fold : 0,
    ids: split.kind === 'ids' ? split.ids.join('\n') : '',
    listFile: split.kind === 'list' ? split.file : '',
  };
}

/** Labels that are in no class, in their order. */
export function leftOutLabels({ classes }: CurationDraft, labels: readonly string[]): string[] {
  const taken = new Set(classes.flatMap((each) => each.labels));
  return labels.filter((label) => !taken.has(label));
}

export function renameClass(draft: CurationDraft, key: string, name: string): CurationDraft {
  return { ...draft, classes: draft.classes.map((each) => (keyOf(each) === key ? { ...each, name } : each)) };
}

/** Puts classes together where the first of them stands. */
export function mergeClasses(draft: CurationDraft, keys: ReadonlySet<string>): CurationDraft {
  const merged = draft.classes.filter((each) => keys.has(keyOf(each)));
  const [first] = merged;
  if (first === undefined || merged.length < 2) return draft;
  const joined = merged.map(({ name }) => name.trim()).join(' + ');
  const whole: ClassDraft = { name: joined.length <= 100 ? joined : first.name, labels: merged.flatMap(({ labels }) => labels) };
  return { ...draft, classes: draft.classes.flatMap((each) => (each === first ? [whole] : merged.includes(each) ? [] : [each])) };
}

/** Takes a class of several labels apart again. */
export function splitClass(draft: CurationDraft, key: string): CurationDraft {
  return { ...draft, classes: draft.classes.flatMap((each) => (keyOf(each) === key ? each.labels.map(classOfOne) : [each])) };
}

export function leaveOutClasses(draft: CurationDraft, keys: ReadonlySet<string>): CurationDraft {
  return { ...draft, classes: draft.classes.filter((each) => !keys.has(keyOf(each))) };
}

/** Makes a class of a label that was left out, where the order of the labels has it. */
export function takeBack(draft: CurationDraft, label: string, labels: readonly string[]): CurationDraft {
  const rank = labels.indexOf(label);
  const after = draft.classes.findIndex((each) => labels.indexOf(keyOf(each)) > rank);
  const at = after < 0 ? draft.classes.length : after;
  return { ...draft, classes: [...draft.classes.slice(0, at), classOfOne(label), ...draft.classes.slice(at)] };
}

/** One place up (-1) or down (1); ids follow the order. */
export function moveClass(draft: CurationDraft, key: string, by: -1 | 1): CurationDraft {
  const from = draft.classes.findIndex((each) => keyOf(each) === key);
  const [moved, other] = [draft.classes[from], draft.classes[from + by]];
  if (moved === undefined || other === undefined) return draft;
  return { ...draft, classes: draft.classes.map((each, i) => (i === from ? other : i === from + by ? moved : each)) };
}

/** Two classes: the first label, and every other one. */
export function chooseHealthyOrNot(draft: CurationDraft, labels: readonly string[]): CurationDraft {
  const [first, ...rest] = labels;
  if (first === undefined || rest.length === 0) return draft;
  return { ...draft, classes: [{ name: 'healthy', labels: [first] }, { name: 'not healthy', labels: rest }] };
}

function classOfOne(label: string): ClassDraft {
  return { name: label.slice(0, 100), labels: [label] };
}

/** Ids out of a pasted text: one per line, the first column of a table, or one line with commas. */
export function parseIds(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const cells = lines.length === 1 ? (lines[0] ?? '').split(/[,;\t]/) : lines.map((line) => line.split(/[,;\t]/)[0] ?? '');
  return [...new Set(cells.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')).filter((id) => id !== ''))];
}

export type CurationField = 'classes' | 'holdoutPercent' | 'seed' | 'folds' | 'ids' | 'listFile';
export type CurationErrors = Partial<Record<CurationField, string>>;
export type CurationCheck = { curation: Curation; errors: null } | { curation: null; errors: CurationErrors };

/** The choices that a draft makes, or what is wrong with it, by field. */
export function checkCuration(draft: CurationDraft, labels: readonly string[]): CurationCheck {
  const result = curationSchema.safeParse({
    classes: isUntouched(draft, labels) ? null : draft.classes.map(({ name, labels: theirs }) => ({ name, labels: [...theirs] })),
    ordinal: draft.ordinal,
    duplicates: draft.duplicates,
    conflicts: draft.conflicts,
    split: splitOf(draft),
  });
  const errors: CurationErrors = {};
  const twice = draft.classes.find(({ name }, i) => draft.classes.findIndex((other) => other.name.trim() === name.trim()) !== i);
  if (twice) errors.classes = `Two classes have the name “${twice.name.trim()}”.`;
  for (const { path, code } of result.error?.issues ?? []) {
    const at = path.join('.');
    if (at === 'classes') errors.classes = code === 'too_big' ? 'Expected at most 1,000 classes: merge some.' : 'Expected at least two classes.';
    else if (path[0] === 'classes') errors.classes ??= 'Every class needs a name of at most 100 characters.';
    else if (at === 'split.holdout') errors.holdoutPercent = 'Expected more than 0 and less than 100.';
    else if (at === 'split.seed') errors.seed = 'Expected a whole number of at least 0.';
    else if (at === 'split.folds' || at === 'split.fold') errors.folds = 'Expected 2 to 20.';
    else if (path[1] === 'ids') errors.ids = code === 'too_big' ? 'Expected at most 40,000 ids.' : 'Paste the ids of the images to hold out.';
    else if (at === 'split.file') errors.listFile = 'Expected the path of a CSV file.';
  }
  return result.success && Object.keys(errors).length === 0 ? { curation: result.data, errors: null } : { curation: null, errors };
}

/** A class of every label under its own name: what null says, whatever labels come later. */
function isUntouched({ classes }: CurationDraft, labels: readonly string[]): boolean {
  return classes.length === labels.length && classes.every(({ name, labels: theirs }, i) => theirs.length === 1 && theirs[0] === labels[i] && name === labels[i]);
}

function splitOf({ splitKind, holdoutPercent, seed, folds, fold, ids, listFile }: CurationDraft): unknown {
  const seedOrNone = seed.trim() === '' ? undefined : Number(seed);
  switch (splitKind) {
    case 'stratified':
      return { kind: splitKind, holdout: Number(holdoutPercent.replace(',', '.')) / 100, seed: seedOrNone };
    case 'kfold':
      return { kind: splitKind, folds: Number(folds), fold: Math.min(fold, Math.max(0, Number(folds) - 1)), seed: seedOrNone };
    case 'given':
      return { kind: splitKind };
    case 'ids':
      return { kind: splitKind, ids: parseIds(ids) };
    case 'list':
      return { kind: splitKind, file: listFile.trim() };
    default:
      return splitKind satisfies never;
  }
}
