/**
 * Where a base model comes from. Requests say it as an object; configs, the command line and messages as one line:
 * the absolute path of a folder on the server, `s3://bucket/prefix`, or the id of a repository on the Hugging Face hub,
 * `org/name` or `org/name@revision`, with `hub:` before it where it could be mistaken for something else.
 */
import { z } from 'zod';
import { AppError } from '../errors/app-error.js';
import { parseWith } from '../parse/parse-with.js';

/** What a hub id means without a revision. */
export const defaultRevision = 'main';

const hubName = '[A-Za-z0-9][A-Za-z0-9._-]{0,95}';
const hasNoDots = (text: string): boolean => !text.includes('..');

/** A repository on the hub: `google/vit-base-patch16-224`. */
export const hubIdSchema = z
  .string()
  .regex(new RegExp(`^${hubName}/${hubName}$`), 'expected the id of a repository on the hub, like google/vit-base-patch16-224')
  .refine(hasNoDots, 'expected an id without ".."');

/** A branch, a tag or a commit. */
export const revisionSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, 'expected a branch, a tag or a commit, like main')
  .refine(hasNoDots, 'expected a revision without ".."');

/** `s3://bucket/prefix`, without a slash at its end. */
export const bucketUriSchema = z
  .string()
  .transform((text) => text.replace(/\/+$/, ''))
  .pipe(
    z
      .string()
      .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^\s\\]+)?$/, 'expected s3://bucket/prefix')
      .max(1000)
      .refine((text) => text.slice('s3://'.length).split('/').every((part) => part !== '' && part !== '.' && part !== '..'), 'expected a prefix without empty parts, "." and ".."'),
  );

export const modelSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), uri: z.string().min(1).describe('Absolute path of a folder on the server, in Hugging Face layout.') }),
  z.strictObject({ kind: z.literal('s3'), uri: bucketUriSchema.describe('`s3://bucket/prefix`, a folder in Hugging Face layout.') }),
  z.strictObject({
    kind: z.literal('hub'),
    id: hubIdSchema.describe('A repository on the Hugging Face hub.'),
    revision: revisionSchema.default(defaultRevision).describe('A branch, a tag or a commit.'),
  }),
]);
export type ModelSource = z.infer<typeof modelSourceSchema>;

/**
 * Reads a source that is one line.
 * @param what what it is, for messages: `model.base`
 * @throws AppError BAD_REQUEST
 */
export function parseModelSource(line: string, what: string): ModelSource {
  const text = line.trim();
  const fields = { code: 'BAD_REQUEST', what } as const;
  if (isAbsolutePath(text)) return { kind: 'path', uri: text };
  if (text.startsWith('s3://')) return { kind: 's3', uri: parseWith(bucketUriSchema, text, fields) };
  const [, isMarked, id = '', revision] = /^(hub:)?([^@]*)(?:@(.*))?$/.exec(text) ?? [];
  if (isMarked === undefined && !hubIdSchema.safeParse(id).success) {
    throw new AppError('BAD_REQUEST', `${what}: expected the absolute path of a folder on the server, s3://bucket/prefix, or the id of a repository on the Hugging Face hub like google/vit-base-patch16-224, got ${JSON.stringify(text.slice(0, 200))}.`, { path: what });
  }
  return { kind: 'hub', id: parseWith(hubIdSchema, id, fields), revision: parseWith(revisionSchema, revision ?? defaultRevision, fields) };
}

/** One line that `parseModelSource` reads back. */
export function formatModelSource(source: ModelSource): string {
  return source.kind === 'hub' ? `hub:${source.id}@${source.revision}` : source.uri;
}

/** On the server, whichever system that runs. */
function isAbsolutePath(text: string): boolean {
  return text.startsWith('/') || /^[A-Za-z]:[\\/]/.test(text);
}
