import { useState } from 'react';
import type { CreateDataset } from '@eyegazer/core';
import { Button } from '../../../../ui/button.js';
import { Dialog } from '../../../../ui/dialog.js';
import { Choice, Field, FieldGroup } from '../../../../ui/field.js';
import { FormError } from '../../../../ui/form-error.js';
import { checkImport, draftOfRequest, emptyImport, placeOf, suggestName, type ImportDraft } from '../../api/import-request.js';
import { useImport } from '../../api/use-datasets.js';
import { useUploads } from '../../api/uploads-context.js';
import { DropZone } from './drop-zone.js';
import { ColumnFields, LayoutTrees } from './layout-trees.js';
import { HoldoutFields } from './holdout-fields.js';
import './import.css';

const kinds: { value: ImportDraft['kind']; text: string; hint: string }[] = [
  { value: 'upload', text: 'This computer', hint: 'A zip file is sent to the server, of any size: it goes on after a lost connection' },
  { value: 'path', text: 'Server', hint: 'A folder or a zip file on the machine that runs Eyegazer' },
  { value: 's3', text: 'S3', hint: 'A prefix of a bucket, read with the server’s own credentials' },
];
const asCode = { autoComplete: 'off', spellCheck: false, className: 'input mono' } as const;

interface ImportDialogProps {
  /** What was asked for before, to begin with. */
  again?: CreateDataset | undefined;
  /** Of a dataset that is imported once more. */
  name?: string;
  onClose: () => void;
  /** The import runs, or the upload before it does. */
  onStarted: () => void;
}

/** Asks where the images are and what to hold out. */
export function ImportDialog({ again, name = '', onClose, onStarted }: ImportDialogProps) {
  const [draft, setDraft] = useState(() => (again ? draftOfRequest(again) : { ...emptyImport, name }));
  const [tried, setTried] = useState(false);
  const start = useImport(onStarted);
  const uploads = useUploads();
  const check = checkImport(draft);
  const errors = tried ? (check.errors ?? {}) : {};
  const change = (changes: Partial<ImportDraft>): void => setDraft((current) => ({ ...current, ...changes }));
  /** The name follows the place until it is typed; what is imported once more keeps its name. */
  const changePlace = (changes: Partial<ImportDraft>): void =>
    setDraft((current) => {
      const next = { ...current, ...changes };
      return name === '' && current.name === suggestName(placeOf(current)) ? { ...next, name: suggestName(placeOf(next)) } : next;
    });
  return (
    <Dialog title={name === '' ? 'Import a dataset' : `Import ${name} again`} onClose={onClose}>
      <form
        className="import-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!check.body) return;
          if (draft.kind !== 'upload') return start.mutate(check.body);
          if (draft.file) uploads.begin(draft.file, check.body);
          onStarted();
        }}
      >
        <FieldGroup label="From" hint={kinds.find(({ value }) => value === draft.kind)?.hint} testId="import-kind">
          {kinds.map(({ value, text }) => (
            <Choice key={value} type="radio" name="kind" checked={draft.kind === value} onChange={() => changePlace({ kind: value })} testId={`import-kind-${value}`}>
              {text}
            </Choice>
          ))}
        </FieldGroup>
        {draft.kind === 'upload' && <DropZone file={draft.file} error={errors.file} onChoose={(file) => changePlace({ file })} />}
        {draft.kind === 'path' && (
          <Field label="Path" error={errors.path}>
            {(control) => <input {...control} {...asCode} placeholder="/data/aptos2019" value={draft.path} onChange={({ target }) => changePlace({ path: target.value })} data-testid="import-path" />}
          </Field>
        )}
        {draft.kind === 's3' && (
          <Field label="Bucket and prefix" error={errors.bucket}>
            {(control) => <input {...control} {...asCode} placeholder="s3://images/aptos2019" value={draft.bucket} onChange={({ target }) => changePlace({ bucket: target.value })} data-testid="import-bucket" />}
          </Field>
        )}
        <Field label="Name" hint="A name that is there already gets another version" error={errors.name}>
          {(control) => <input {...control} className="input" autoComplete="off" spellCheck={false} placeholder="aptos" value={draft.name} onChange={({ target }) => change({ name: target.value })} data-testid="import-name" />}
        </Field>
        <HoldoutFields draft={draft} errors={errors} onChange={change} />
        <LayoutTrees />
        <ColumnFields draft={draft} error={errors.columns} onChange={change} />
        <FormError error={start.error} testId="import-error" />
        <div className="dialog__foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" icon="import" busy={start.isPending} testId="import-submit">
            {draft.kind === 'upload' ? 'Upload and import' : 'Import'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
