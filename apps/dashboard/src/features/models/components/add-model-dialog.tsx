import { defaultRevision } from '@eyegazer/core';
import { useState } from 'react';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { Choice, Field, FieldGroup } from '../../../ui/field.js';
import { FormError } from '../../../ui/form-error.js';
import { checkModel, emptyModel, type ModelDraft } from '../api/model-draft.js';
import { useAddModel } from '../api/use-models.js';

const kinds: { value: ModelDraft['kind']; text: string; named: string }[] = [
  { value: 'hub', text: 'Hugging Face hub', named: 'its id' },
  { value: 'path', text: 'Folder', named: 'the folder’s own' },
  { value: 's3', text: 'S3', named: 'the last part of the prefix' },
];
const asCode = { autoComplete: 'off', spellCheck: false, className: 'input mono' } as const;

/** Asks where a base model lies. */
export function AddModelDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(emptyModel);
  const [tried, setTried] = useState(false);
  const add = useAddModel(onClose);
  const check = checkModel(draft);
  const errors = tried ? (check.errors ?? {}) : {};
  const change = (changes: Partial<ModelDraft>): void => setDraft((current) => ({ ...current, ...changes }));
  return (
    <Dialog title="Add a base model" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (check.body) add.mutate(check.body);
        }}
      >
        <FieldGroup label="From" hint="A ViT, DeiT or DINOv2 in Hugging Face layout, with its weights in safetensors" testId="model-kind">
          {kinds.map(({ value, text }) => (
            <Choice key={value} type="radio" name="kind" checked={draft.kind === value} onChange={() => change({ kind: value })} testId={`model-kind-${value}`}>
              {text}
            </Choice>
          ))}
        </FieldGroup>
        {draft.kind === 'hub' && (
          <>
            <Field label="Repository" hint="It is downloaded by the server; no code of it is run" error={errors.id}>
              {(control) => <input {...control} {...asCode} placeholder="google/vit-base-patch16-224" value={draft.id} onChange={(event) => change({ id: event.target.value })} data-testid="model-hub-id" />}
            </Field>
            <Field label="Revision" hint={`A branch, a tag or a commit; left empty: ${defaultRevision}`} error={errors.revision}>
              {(control) => <input {...control} {...asCode} placeholder={defaultRevision} value={draft.revision} onChange={(event) => change({ revision: event.target.value })} data-testid="model-revision" />}
            </Field>
          </>
        )}
        {draft.kind === 'path' && (
          <Field label="Folder" hint="On the machine that runs Eyegazer, with config.json and model.safetensors in it" error={errors.path}>
            {(control) => <input {...control} {...asCode} placeholder="/models/vit-base-patch16-224" value={draft.path} onChange={(event) => change({ path: event.target.value })} data-testid="model-path" />}
          </Field>
        )}
        {draft.kind === 's3' && (
          <Field label="Bucket and prefix" hint="Read with the server’s own credentials" error={errors.bucket}>
            {(control) => <input {...control} {...asCode} placeholder="s3://models/vit-base-patch16-224" value={draft.bucket} onChange={(event) => change({ bucket: event.target.value })} data-testid="model-bucket" />}
          </Field>
        )}
        <Field label="Name" hint={`Left empty: ${kinds.find(({ value }) => value === draft.kind)?.named ?? ''}`} error={errors.name}>
          {(control) => <input {...control} className="input" autoComplete="off" spellCheck={false} placeholder="google/vit-base" value={draft.name} onChange={(event) => change({ name: event.target.value })} data-testid="model-name" />}
        </Field>
        <FormError error={add.error} testId="model-error" />
        <div className="dialog__foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" icon="plus" busy={add.isPending} testId="model-submit">
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
