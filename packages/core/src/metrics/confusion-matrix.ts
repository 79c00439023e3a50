/** `confusion[truth][prediction]`: how often each class was taken for each. */
export type ConfusionMatrix = number[][];

/** Counts pairs of class ids. @throws RangeError when an id is not in 0..classCount-1 */
export function confusionMatrix(truth: ArrayLike<number>, predicted: ArrayLike<number>, classCount: number): ConfusionMatrix {
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[truth[i] ?? -1];
    const column = predicted[i] ?? -1;
    if (!row || row[column] === undefined) {
      throw new RangeError(`Expected class ids 0 to ${classCount - 1} at position ${i}, got truth ${truth[i]} and prediction ${predicted[i]}.`);
    }
    row[column] += 1;
  }
  return matrix;
}

/** Images of each true class. */
export function truthCounts(confusion: ConfusionMatrix): number[] {
  return confusion.map((row) => row.reduce((sum, cell) => sum + cell, 0));
}

/** How often each class was answered. */
export function predictedCounts(confusion: ConfusionMatrix): number[] {
  return confusion.map((_, k) => confusion.reduce((sum, row) => sum + (row[k] ?? 0), 0));
}

/** Correct answers of each class. */
export function hits(confusion: ConfusionMatrix): number[] {
  return confusion.map((row, k) => row[k] ?? 0);
}
