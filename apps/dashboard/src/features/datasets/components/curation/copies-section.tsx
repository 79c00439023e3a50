import { formatCount } from '@eyegazer/client';
import { duplicatePolicies, type CurationPreview, type DatasetAudit, type DuplicatePolicy } from '@eyegazer/core';
import { Choice, FieldGroup } from '../../../../ui/field.js';
import type { CurationDraft } from '../../api/curation-draft.js';
import { policyWords } from '../versions/curation-words.js';

interface CopiesSectionProps {
  draft: CurationDraft;
  audit: DatasetAudit | null;
  leftOut: CurationPreview['leftOut'] | null;
  onChange: (changes: Partial<CurationDraft>) => void;
}

const duplicateHints: Record<DuplicatePolicy, string> = {
  keepAll: 'Every image stays',
  keepOne: 'The first image of each group stays',
  dropGroup: 'No image of such a group stays',
};
const conflictHints: Record<DuplicatePolicy, string> = {
  keepAll: 'Every image stays, under its own label',
  keepOne: 'The first image of the class that most of them have stays',
  dropGroup: 'No image of such a group stays: nobody knows which label is right',
};

/** What becomes of images with the same pixels. */
export function CopiesSection({ draft, audit, leftOut, onChange }: CopiesSectionProps) {
  const count = (policy: DuplicatePolicy, images: number | undefined): string => (policy === 'keepAll' || images === undefined ? '' : `: ${formatCount(images)} left out`);
  return (
    <section className="card">
      <div className="card__head">
        <h2>Same pixels</h2>
        {audit && audit.exact.groups > 0 ? (
          <span className="muted small">
            {formatCount(audit.exact.images)} images in {formatCount(audit.exact.groups)} {audit.exact.groups === 1 ? 'group' : 'groups'}, {formatCount(audit.exact.conflicting)} with conflicting labels
          </span>
        ) : (
          <span className="muted small">no two images have the same pixels</span>
        )}
      </div>
      <FieldGroup label="Of the same class" hint={duplicateHints[draft.duplicates] + count(draft.duplicates, leftOut?.duplicates)} testId="duplicates">
        {duplicatePolicies.map((policy) => (
          <Choice key={policy} type="radio" name="duplicates" checked={draft.duplicates === policy} onChange={() => onChange({ duplicates: policy })} testId={`duplicates-${policy}`}>
            {policyWords[policy]}
          </Choice>
        ))}
      </FieldGroup>
      <FieldGroup label="Of different classes" hint={conflictHints[draft.conflicts] + count(draft.conflicts, leftOut?.conflicts)} testId="conflicts">
        {duplicatePolicies.map((policy) => (
          <Choice key={policy} type="radio" name="conflicts" checked={draft.conflicts === policy} onChange={() => onChange({ conflicts: policy })} testId={`conflicts-${policy}`}>
            {policyWords[policy]}
          </Choice>
        ))}
      </FieldGroup>
      <p className="muted small copies__note">What stays of a group, also of one that only looks nearly the same, is on one side of the split.</p>
    </section>
  );
}
