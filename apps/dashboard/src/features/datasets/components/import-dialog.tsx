import { useState } from 'react';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { Choice, Field, FieldGroup } from '../../../ui/field.js';
import { FormError } from '../../../ui/form-error.js';
import { checkImport, emptyImport, suggestName, type ImportDraft } from '../api/import-request.js';
import { useImport } from '../api/use-datasets.js';

/** Asks where the images are and what to hold out. */
export function ImportDialog({ onClose, onStarted }: { onClose: () => void; onStarted: (id: string) => void }) {
  const [draft, setDraft] = useState(emptyImport);
  const [tried, setTried] = useState(false);
  const start = useImport(onStarted);
  const check = checkImport(draft);
  const errors = tried ? (check.errors ?? {}) : {};
  const change = (changes: Partial<ImportDraft>): void => setDraft((current) => ({ ...current, ...changes }));
  const changePath = (path: string): void => change({ path, ...(draft.name === suggestName(draft.path) ? { name: suggestName(path) } : {}) });
  return (
    <Dialog title="Import a dataset" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (check.body) start.mutate(check.body);
        }}
      >
        <Field label="Folder" hint="A path on the machine that runs Eyegazer, with train.csv and train_images in it" error={errors.path}>
          {(control) => (
            <input {...control} className="input mono" autoComplete="off" spellCheck={false} placeholder="/data/aptos2019" value={draft.path} onChange={(event) => changePath(event.target.value)} data-testid="import-path" />
          )}
        </Field>
        <Field label="Name" hint="How experiments will call it" error={errors.name}>
          {(control) => (
            <input {...control} className="input" autoComplete="off" spellCheck={false} placeholder="aptos" value={draft.name} onChange={(event) => change({ name: event.target.value })} data-testid="import-name" />
          )}
        </Field>
        <FieldGroup label="Held-out images" hint="They are never trained on: every metric is measured on them" testId="import-split-kind">
          <Choice type="radio" name="split" checked={draft.splitKind === 'stratified'} onChange={() => change({ splitKind: 'stratified' })} testId="import-split-stratified">
            A share of every class
          </Choice>
          <Choice type="radio" name="split" checked={draft.splitKind === 'list'} onChange={() => change({ splitKind: 'list' })} testId="import-split-list">
            A list of my own
          </Choice>
        </FieldGroup>
        {draft.splitKind === 'stratified' ? (
          <div className="form-grid">
            <Field label="Share, %" error={errors.holdoutPercent}>
              {(control) => <input {...control} className="input" inputMode="decimal" value={draft.holdoutPercent} onChange={(event) => change({ holdoutPercent: event.target.value })} data-testid="import-split-holdout" />}
            </Field>
            <Field label="Seed" hint="Same seed, same images" error={errors.seed}>
              {(control) => <input {...control} className="input" inputMode="numeric" value={draft.seed} onChange={(event) => change({ seed: event.target.value })} data-testid="import-split-seed" />}
            </Field>
          </div>
        ) : (
          <Field label="List file" hint="A CSV on that machine; its first column names the images by id" error={errors.file}>
            {(control) => <input {...control} className="input mono" autoComplete="off" spellCheck={false} placeholder="/data/aptos2019/holdout.csv" value={draft.file} onChange={(event) => change({ file: event.target.value })} data-testid="import-split-file" />}
          </Field>
        )}
        <FormError error={start.error} testId="import-error" />
        <div className="dialog__foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" icon="import" busy={start.isPending} testId="import-submit">
            Import
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
