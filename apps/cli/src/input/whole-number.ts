import { InvalidArgumentError } from 'commander';

/** Argument parser for a whole number of at least `min`. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) throw new InvalidArgumentError(`Expected a whole number >= ${min}.`);
    return value;
  };
}
