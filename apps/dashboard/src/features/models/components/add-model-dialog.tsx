import { createModelSchema } from '@eyegazer/core';
import { useState } from 'react';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { Field } from '../../../ui/field.js';
import { FormError } from '../../../ui/form-error.js';
import { useAddModel } from '../api/use-models.js';

/** Asks where a base model lies. */
export function AddModelDialog({ onClose }: { onClose: () => void }) {
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const add = useAddModel(onClose);
  const check = createModelSchema.safeParse({ source: { kind: 'path', uri: path.trim() }, ...(name.trim() === '' ? {} : { name: name.trim() }) });
  const wrong = (key: string): boolean => tried && !check.success && check.error.issues.some((issue) => issue.path.join('.') === key);
  return (
    <Dialog title="Add a base model" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (check.success) add.mutate(check.data);
        }}
      >
        <Field label="Folder" hint="On the machine that runs Eyegazer, with config.json and model.safetensors in it" error={wrong('source.uri') ? 'Expected the path of a folder.' : undefined}>
          {(control) => <input {...control} className="input mono" autoComplete="off" spellCheck={false} placeholder="/models/vit-base-patch16-224" value={path} onChange={(event) => setPath(event.target.value)} data-testid="model-path" />}
        </Field>
        <Field label="Name" hint="Left empty: the folder's own" error={wrong('name') ? 'Expected a name like deit-tiny or google/vit-base.' : undefined}>
          {(control) => <input {...control} className="input" autoComplete="off" spellCheck={false} placeholder="google/vit-base" value={name} onChange={(event) => setName(event.target.value)} data-testid="model-name" />}
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
