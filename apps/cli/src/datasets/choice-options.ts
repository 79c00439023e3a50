import { AppError, curationSchema, duplicatePolicies, parseWith, type CurationInput, type DuplicatePolicy } from '@eyegazer/core';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { wholeNumber } from '../input/whole-number.js';
import { parseClasses, type ChosenClass } from './parse-classes.js';
import { readChoicesFile } from './read-choices-file.js';

const splitKinds = ['stratified', 'kfold', 'given'] as const;

/** How a version is made of images, as flags say it. */
export interface ChoiceOptions {
  file?: string;
  classes?: ChosenClass[];
  ordinal?: boolean;
  duplicates?: DuplicatePolicy;
  conflicts?: DuplicatePolicy;
  split?: (typeof splitKinds)[number];
  holdout?: number;
  seed?: number;
  folds?: number;
  fold?: number;
  holdoutList?: string;
}

/** Adds the flags; their defaults are the schema's, or what a version before had. */
export function addChoiceOptions(command: Command): Command {
  const policy = (flag: string, description: string): Option => new Option(`${flag} <policy>`, description).choices(duplicatePolicies);
  return command
    .option('--file <file>', 'all choices from a YAML or JSON file; other flags override it')
    .option('--classes <classes>', 'names and what they mean: "no DR=0,DR=1+2+3+4"', parseClasses)
    .option('--ordinal', 'the order of the classes means something, as grades do')
    .option('--no-ordinal', 'the order of the classes means nothing')
    .addOption(policy('--duplicates', 'what becomes of images with the same pixels and class'))
    .addOption(policy('--conflicts', 'and of those with the same pixels but different classes'))
    .addOption(new Option('--split <kind>', 'how images are held out').choices(splitKinds))
    .option('--holdout <share>', 'share of every class that is held out (0.1)', parseShare)
    .option('--folds <number>', 'folds of a k-fold split (5)', wholeNumber(2))
    .option('--fold <number>', 'which fold is held out, counted from 0', wholeNumber(0))
    .option('--seed <number>', 'chooses which images (42)', wholeNumber(0));
}

/**
 * What the flags and their file choose, and for the rest what was chosen before.
 * @param serverPath makes of a path what the server calls it
 * @throws AppError BAD_REQUEST for flags that contradict each other, BAD_CONFIG for a file that is wrong
 */
export async function readChoices(options: ChoiceOptions, { before, serverPath }: { before: CurationInput; serverPath: (path: string) => string }): Promise<CurationInput> {
  const base = options.file === undefined ? before : await readChoicesFile(options.file);
  const { classes, ordinal, duplicates, conflicts } = options;
  const chosen: CurationInput = {
    ...base,
    ...(classes === undefined ? {} : { classes }),
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(duplicates === undefined ? {} : { duplicates }),
    ...(conflicts === undefined ? {} : { conflicts }),
    ...readSplit(options, base.split, serverPath),
  };
  return parseWith(curationSchema, chosen, { what: 'choices' });
}

function readSplit(options: ChoiceOptions, before: CurationInput['split'], serverPath: (path: string) => string): Pick<CurationInput, 'split'> {
  const { holdoutList, split, ...rest } = options;
  const { holdout, seed, folds, fold } = rest;
  const numbers = Object.entries({ holdout, folds, fold, seed }).filter(([, value]) => value !== undefined);
  if (holdoutList !== undefined) return { split: { kind: 'list', file: serverPath(holdoutList) } };
  if (split === undefined && numbers.length === 0) return {};
  const kind = split ?? (folds !== undefined || fold !== undefined ? 'kfold' : holdout !== undefined ? 'stratified' : (before?.kind ?? 'stratified'));
  const known: Readonly<Record<string, readonly string[]>> = { stratified: ['holdout', 'seed'], kfold: ['folds', 'fold', 'seed'] };
  const stray = numbers.find(([name]) => !known[kind]?.includes(name));
  if (stray) throw new AppError('BAD_REQUEST', `--${stray[0]}: expected it with another split than ${kind}. Leave it out, or say --split ${stray[0] === 'holdout' ? 'stratified' : 'kfold'}.`);
  const kept = before?.kind === kind ? before : { kind };
  return { split: { ...kept, ...Object.fromEntries(numbers) } as NonNullable<CurationInput['split']> };
}

function parseShare(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < 1)) throw new InvalidArgumentError('Expected a share between 0 and 1, such as 0.1.');
  return value;
}
