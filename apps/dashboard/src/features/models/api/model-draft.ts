import { createModelSchema, defaultRevision, type CreateModel } from '@eyegazer/core';

/** What the dialog holds: text, as it was typed. */
export interface ModelDraft {
  kind: CreateModel['source']['kind'];
  id: string;
  revision: string;
  path: string;
  bucket: string;
  name: string;
}

export const emptyModel: ModelDraft = { kind: 'hub', id: '', revision: '', path: '', bucket: '', name: '' };

export type ModelCheck = { body: CreateModel; errors: null } | { body: null; errors: Partial<Record<keyof ModelDraft, string>> };

/** The request that a draft makes, or what is wrong with it, by field. */
export function checkModel({ kind, id, revision, path, bucket, name }: ModelDraft): ModelCheck {
  const source = { path: { kind, uri: path.trim() }, s3: { kind, uri: bucket.trim() }, hub: { kind, id: id.trim(), revision: revision.trim() || defaultRevision } }[kind];
  const result = createModelSchema.safeParse({ source, ...(name.trim() === '' ? {} : { name: name.trim() }) });
  if (result.success) return { body: result.data, errors: null };
  const errors: Partial<Record<keyof ModelDraft, string>> = {};
  for (const issue of result.error.issues) {
    const at = issue.path.join('.');
    if (at === 'source.id') errors.id = 'Expected an id like google/vit-base-patch16-224.';
    else if (at === 'source.revision') errors.revision = 'Expected a branch, a tag or a commit.';
    else if (at === 'source.uri' && kind === 's3') errors.bucket = 'Expected s3://bucket/prefix.';
    else if (at === 'source.uri') errors.path = 'Expected the path of a folder.';
    else if (at === 'name') errors.name = 'Expected a name like deit-tiny or google/vit-base.';
  }
  return { body: null, errors };
}
