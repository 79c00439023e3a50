/** Names of classes as Hugging Face notes them: in a parquet file's `huggingface` entry, and in the front matter of README.md. */
import { runInNewContext } from 'node:vm';
import { AppError } from '@eyegazer/core';
import { parse } from 'yaml';
import { z } from 'zod';
import type { DataSource } from '../source/data-source.js';

/** Names by column. */
export type ClassNames = ReadonlyMap<string, readonly string[]>;

const featuresSchema = z.record(z.string(), z.unknown());
const notedSchema = z.looseObject({ info: z.looseObject({ features: featuresSchema.nullish() }).nullish() });
const classLabelSchema = z.looseObject({ _type: z.literal('ClassLabel'), names: z.array(z.string()) });

/** @param text the JSON of the key `huggingface` in a parquet file; what is not understood names no class */
export function parseNotedClasses(text: string | undefined): ClassNames {
  const classes = new Map<string, readonly string[]>();
  const noted = notedSchema.safeParse(parseJson(text ?? 'null'));
  for (const [column, feature] of Object.entries(noted.data?.info?.features ?? {})) {
    const label = classLabelSchema.safeParse(feature);
    if (label.success) classes.set(column, label.data.names);
  }
  return classes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const cardFeaturesSchema = z.array(z.looseObject({ name: z.string(), dtype: z.unknown() }));
const cardInfoSchema = z.looseObject({ features: cardFeaturesSchema.nullish() });
const cardSchema = z.looseObject({
  dataset_info: z.union([cardInfoSchema, z.array(cardInfoSchema)]).nullish(),
  configs: z.array(z.looseObject({ config_name: z.string().nullish(), features: cardFeaturesSchema.nullish() })).nullish(),
});
const cardLabelSchema = z.looseObject({ class_label: z.looseObject({ names: z.union([z.array(z.string()), z.record(z.string(), z.string())]) }) });

const maxCardBytes = 1024 * 1024;

/**
 * The classes that README.md names in its front matter, if it has one.
 * @throws AppError BAD_DATASET when the folder holds several configurations, which are different datasets, or the front matter takes for ever
 */
export async function readCardClasses(source: DataSource): Promise<ClassNames> {
  const file = source.files.find(({ path, byteLength }) => path === 'README.md' && byteLength <= maxCardBytes);
  const front = file && /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(Buffer.from(await source.readFile(file.path)).toString('utf8'))?.[1];
  const card = cardSchema.safeParse(front ? parseYaml(front) : null);
  const classes = new Map<string, readonly string[]>();
  if (!card.success) return classes;
  const { configs, dataset_info: info } = card.data;
  if (configs && configs.length > 1) {
    throw new AppError('BAD_DATASET', `README.md names ${configs.length} configurations (${configs.map(({ config_name: name }) => name ?? 'default').join(', ')}), each a dataset of its own. Import the folder of one of them.`);
  }
  for (const { features } of [...(configs ?? []), ...(Array.isArray(info) ? info : info ? [info] : [])]) {
    for (const { name, dtype } of features ?? []) {
      const label = cardLabelSchema.safeParse(dtype);
      const names = label.success ? listNames(label.data.class_label.names) : null;
      if (names !== null) classes.set(name, names);
    }
  }
  return classes;
}

/** Names stand as a list or under their ids: `'0': none`. An id that is left out has none; null where something is no id. */
function listNames(names: readonly string[] | Readonly<Record<string, string>>): readonly string[] | null {
  if (Array.isArray(names)) return names;
  const entries = Object.entries(names);
  if (!entries.every(([id]) => /^\d{1,4}$/.test(id))) return null;
  const byId = new Map(entries.map(([id, name]) => [Number(id), name]));
  const highest = [...byId.keys()].reduce((most, id) => Math.max(most, id), -1);
  return Array.from({ length: highest + 1 }, (_, id) => byId.get(id) ?? '');
}

/** A card of a thousand classes takes milliseconds; a kilobyte of nested indicators takes a parser of YAML minutes. */
const longestParseMs = 5000;

/** Every scalar as text: a class named `no` or `1` is called that. @throws AppError BAD_DATASET for what takes for ever */
function parseYaml(text: string): unknown {
  try {
    return runInNewContext('read()', { read: () => parse(text, { schema: 'failsafe', maxAliasCount: 100, logLevel: 'silent' }) as unknown }, { timeout: longestParseMs }) as unknown;
  } catch (error) {
    // The error of a timeout is of the new context, whose Error is another one than here.
    if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null; // a card that is no YAML tells nothing; the data may be fine
    throw new AppError('BAD_DATASET', 'README.md: expected front matter that is read within seconds, as a dataset card has; this one is not. Remove it or write it anew.', { cause: error });
  }
}
