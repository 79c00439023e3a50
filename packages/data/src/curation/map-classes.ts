import { AppError, type Curation, type ImageIndexHeader } from '@eyegazer/core';

export interface ClassMap {
  readonly classNames: string[];
  readonly ordinal: boolean;
  /** Class id of each label of the source, null for a label that is in no class. */
  readonly classOf: readonly (number | null)[];
}

/**
 * The classes that a person chose, or a class of every label.
 * @throws AppError BAD_DATASET at `classes.<i>.labels.<j>` for a label that is unknown or in another class too, at `classes.<i>.name` for a name given twice
 */
export function mapClasses({ labels, numeric }: Pick<ImageIndexHeader, 'labels' | 'numeric'>, { classes, ordinal }: Pick<Curation, 'classes' | 'ordinal'>): ClassMap {
  if (classes === null) return { classNames: [...labels], ordinal: ordinal ?? numeric, classOf: labels.map((_, i) => i) };
  const indexOf = new Map(labels.map((label, i) => [label, i]));
  const classOf = labels.map((): number | null => null);
  const names = new Set<string>();
  for (const [id, { name, labels: own }] of classes.entries()) {
    if (names.has(name)) throw refuse(`classes.${id}.name`, `expected another name for every class, got ${JSON.stringify(name)} twice. Rename one, or merge the two into one class`);
    names.add(name);
    for (const [position, label] of own.entries()) {
      const path = `classes.${id}.labels.${position}`;
      const index = indexOf.get(label);
      if (index === undefined) throw refuse(path, `expected a label of the dataset (${listSome(labels)}), got ${JSON.stringify(label)}`);
      const taken = classOf[index]!;
      if (taken !== null) throw refuse(path, `expected every label in one class only, but ${JSON.stringify(label)} is in ${JSON.stringify(classes[taken]!.name)} already. Remove it from one of them`);
      classOf[index] = id;
    }
  }
  return { classNames: classes.map(({ name }) => name), ordinal: ordinal ?? (numeric && isAscending(classOf)), classOf };
}

/** Whether higher labels are never in lower classes: merging such neighbours leaves grades in their order. */
function isAscending(classOf: readonly (number | null)[]): boolean {
  const used = classOf.filter((id) => id !== null);
  return used.every((id, i) => i === 0 || id >= used[i - 1]!);
}

function refuse(path: string, message: string): AppError {
  return new AppError('BAD_DATASET', `${path}: ${message}.`, { path });
}

function listSome(labels: readonly string[]): string {
  return labels.slice(0, 10).join(', ') + (labels.length > 10 ? `, ... ${labels.length} in all` : '');
}
