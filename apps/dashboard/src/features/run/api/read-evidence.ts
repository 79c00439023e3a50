export interface EvidenceHistogram {
  classNames: string[];
  predictedCounts: number[];
  truthCounts: number[];
}

/** The histogram that a finding carries as evidence, if it carries one. */
export function readHistogram(evidence: Record<string, unknown>): EvidenceHistogram | null {
  const value = evidence['histogram'];
  if (typeof value !== 'object' || value === null) return null;
  const { classNames, predictedCounts, truthCounts } = value as Record<string, unknown>;
  const isNumbers = (list: unknown): list is number[] => Array.isArray(list) && list.every((item) => typeof item === 'number');
  if (!Array.isArray(classNames) || !isNumbers(predictedCounts) || !isNumbers(truthCounts)) return null;
  return { classNames: classNames.map(String), predictedCounts, truthCounts };
}

/** The numbers of an evidence that its sentence does not already explain, as names and values. */
export function readValues(evidence: Record<string, unknown>): { name: string; value: number }[] {
  return Object.entries(evidence).flatMap(([name, value]) => (typeof value === 'number' && name !== 'of' && name !== 'class' ? [{ name: words(name), value }] : []));
}

/** `maxShare` -> `max share`. */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}
