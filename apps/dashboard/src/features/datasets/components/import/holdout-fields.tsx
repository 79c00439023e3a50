import { Choice, Field, FieldGroup } from '../../../../ui/field.js';
import type { ImportDraft, ImportErrors } from '../../api/import-request.js';

/** What the first version holds out; other versions can choose otherwise. */
export function HoldoutFields({ draft, errors, onChange }: { draft: ImportDraft; errors: ImportErrors; onChange: (changes: Partial<ImportDraft>) => void }) {
  const { splitKind } = draft;
  return (
    <>
      <FieldGroup label="Held-out images" hint="Never trained on. Another version can hold out others" testId="import-split-kind">
        <Choice type="radio" name="split" checked={splitKind === 'stratified'} onChange={() => onChange({ splitKind: 'stratified' })} testId="import-split-stratified">
          Share of every class
        </Choice>
        <Choice type="radio" name="split" checked={splitKind === 'given'} onChange={() => onChange({ splitKind: 'given' })} testId="import-split-given">
          As the source says
        </Choice>
        <Choice type="radio" name="split" checked={splitKind === 'list'} onChange={() => onChange({ splitKind: 'list' })} testId="import-split-list">
          My own list
        </Choice>
      </FieldGroup>
      {splitKind === 'stratified' && (
        <div className="form-grid">
          <Field label="Share, %" error={errors.holdoutPercent}>
            {(control) => <input {...control} className="input" inputMode="decimal" value={draft.holdoutPercent} onChange={({ target }) => onChange({ holdoutPercent: target.value })} data-testid="import-split-holdout" />}
          </Field>
          <Field label="Seed" hint="Same seed, same images" error={errors.seed}>
            {(control) => <input {...control} className="input" inputMode="numeric" value={draft.seed} onChange={({ target }) => onChange({ seed: target.value })} data-testid="import-split-seed" />}
          </Field>
        </div>
      )}
      {splitKind === 'list' && (
        <Field label="List file" hint="A CSV beside the images, or on the server; its first column names the images by id" error={errors.listFile}>
          {(control) => <input {...control} className="input mono" autoComplete="off" spellCheck={false} placeholder="holdout.csv" value={draft.listFile} onChange={({ target }) => onChange({ listFile: target.value })} data-testid="import-split-file" />}
        </Field>
      )}
    </>
  );
}
