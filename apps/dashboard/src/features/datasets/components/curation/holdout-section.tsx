import { Choice, Field, FieldGroup } from '../../../../ui/field.js';
import { formatCount } from '@eyegazer/client';
import { parseIds, type CurationDraft, type CurationErrors } from '../../api/curation-draft.js';

const kinds: { value: CurationDraft['splitKind']; text: string; hint: string }[] = [
  { value: 'stratified', text: 'A share of every class', hint: 'Every class is held out in the same share' },
  { value: 'kfold', text: 'Folds', hint: 'Make a version of each fold to hold every image out once' },
  { value: 'given', text: 'As the source says', hint: 'Folders, files or a column named train and validation or test' },
  { value: 'ids', text: 'Ids of my own', hint: 'Exactly the images that are listed' },
  { value: 'list', text: 'List on the server', hint: 'A CSV file there, whose first column names the images by id' },
];

/** Which images are never trained on. */
export function HoldoutSection({ draft, errors, onChange }: { draft: CurationDraft; errors: CurationErrors; onChange: (changes: Partial<CurationDraft>) => void }) {
  const { splitKind } = draft;
  return (
    <section className="card">
      <div className="card__head">
        <h2>Held-out images</h2>
        <span className="muted small">never trained on: every metric is measured on them</span>
      </div>
      <FieldGroup label="Chosen by" hint={kinds.find(({ value }) => value === splitKind)?.hint} testId="split-kind">
        {kinds.map(({ value, text }) => (
          <Choice key={value} type="radio" name="split" checked={splitKind === value} onChange={() => onChange({ splitKind: value })} testId={`split-${value}`}>
            {text}
          </Choice>
        ))}
      </FieldGroup>
      {(splitKind === 'stratified' || splitKind === 'kfold') && (
        <div className="form-grid form-grid--three">
          {splitKind === 'stratified' ? (
            <Field label="Share, %" error={errors.holdoutPercent}>
              {(control) => <input {...control} className="input" inputMode="decimal" value={draft.holdoutPercent} onChange={({ target }) => onChange({ holdoutPercent: target.value })} data-testid="split-holdout" />}
            </Field>
          ) : (
            <Folds draft={draft} error={errors.folds} onChange={onChange} />
          )}
          <Field label="Seed" hint="Same seed, same images" error={errors.seed}>
            {(control) => <input {...control} className="input" inputMode="numeric" value={draft.seed} onChange={({ target }) => onChange({ seed: target.value })} data-testid="split-seed" />}
          </Field>
        </div>
      )}
      {splitKind === 'ids' && (
        <Field label="Ids" hint={`One per line, or the first column of a table; ${formatCount(parseIds(draft.ids).length)} read`} error={errors.ids}>
          {(control) => <textarea {...control} className="input input--text mono" rows={6} spellCheck={false} value={draft.ids} onChange={({ target }) => onChange({ ids: target.value })} data-testid="split-id-list" />}
        </Field>
      )}
      {splitKind === 'list' && (
        <Field label="List file" hint="Beside the data, or an absolute path on the server" error={errors.listFile}>
          {(control) => <input {...control} className="input mono" autoComplete="off" spellCheck={false} value={draft.listFile} onChange={({ target }) => onChange({ listFile: target.value })} data-testid="split-file" />}
        </Field>
      )}
    </section>
  );
}

function Folds({ draft, error, onChange }: { draft: CurationDraft; error: string | undefined; onChange: (changes: Partial<CurationDraft>) => void }) {
  const folds = Math.min(20, Math.max(2, Math.trunc(Number(draft.folds)) || 2));
  return (
    <>
      <Field label="Folds" error={error}>
        {(control) => <input {...control} className="input" inputMode="numeric" value={draft.folds} onChange={({ target }) => onChange({ folds: target.value })} data-testid="split-folds" />}
      </Field>
      <Field label="Held out">
        {(control) => (
          <select {...control} className="input" value={Math.min(draft.fold, folds - 1)} onChange={({ target }) => onChange({ fold: Number(target.value) })} data-testid="split-fold">
            {Array.from({ length: folds }, (_, i) => (
              <option key={i} value={i}>
                Fold {i + 1}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}
