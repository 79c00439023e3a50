import type { Curation, DatasetWire } from '@eyegazer/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { Button } from '../../../../ui/button.js';
import { messageOf } from '../../../../ui/message-of.js';
import { useToasts } from '../../../../ui/toast.js';
import { checkCuration, createCurationDraft, type CurationDraft } from '../../api/curation-draft.js';
import { keepCuration } from '../../api/curation-memory.js';
import { useCreateVersion, useCurationPreview } from '../../api/use-curation.js';
import { ClassEditor } from './class-editor.js';
import { CopiesSection } from './copies-section.js';
import { PreviewPanel } from './preview-panel.js';
import { HoldoutSection } from './holdout-section.js';

interface CurationFormProps {
  dataset: DatasetWire;
  labels: readonly string[];
  start: Curation;
  base: Curation;
  /** Whether the start was begun earlier and kept. */
  kept: boolean;
  onStartOver: () => void;
}

/** The choices beside what they come to. */
export function CurationForm({ dataset, labels, start, base, kept, onStartOver }: CurationFormProps) {
  const { id, name } = dataset;
  const [draft, setDraft] = useState(() => createCurationDraft(start, labels));
  const { curation, errors } = useMemo(() => checkCuration(draft, labels), [draft, labels]);
  const preview = useCurationPreview(id, curation);
  const create = useCreateVersion(id);
  const toasts = useToasts();
  const [, navigate] = useLocation();
  const [search, setSearch] = useSearchParams();
  const made = useRef(false);
  const isBase = curation !== null && JSON.stringify(curation) === JSON.stringify(base);

  useEffect(() => {
    if (!curation || made.current) return;
    keepCuration(id, isBase ? null : curation);
    // What is kept counts after a reload, no more what it began with.
    if (!isBase && search.has('from')) setSearch({}, { replace: true });
  }, [id, curation, isBase, search, setSearch]);

  const change = (changes: Partial<CurationDraft>): void => setDraft((current) => ({ ...current, ...changes }));
  return (
    <form
      className="curation"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!curation || preview.counting || create.isPending) return;
        create.mutate(curation, {
          onError: (error) => toasts.error(error),
          onSuccess: ({ version }) => {
            made.current = true;
            keepCuration(id, null);
            toasts.done(preview.preview?.version === null ? `${name}@${version} is there.` : `These choices are ${name}@${version} already.`);
            navigate(`/datasets/${id}/versions`);
          },
        });
      }}
    >
      <div className="curation__fields">
        {kept && (
          <output className="curation__kept">
            <span>These choices were begun earlier and have not been made a version yet.</span>
            <Button
              look="quiet"
              onClick={() => {
                keepCuration(id, null);
                onStartOver();
              }}
              testId="curation-start-over"
            >
              Start over
            </Button>
          </output>
        )}
        <ClassEditor draft={draft} labels={labels} counts={dataset.audit?.labelCounts ?? []} ordinal={draft.ordinal ?? preview.preview?.ordinal ?? null} error={errors?.classes} onChange={setDraft} />
        <CopiesSection draft={draft} audit={dataset.audit} leftOut={preview.preview?.leftOut ?? null} onChange={change} />
        <HoldoutSection draft={draft} errors={errors ?? {}} onChange={change} />
      </div>
      <PreviewPanel name={name} next={(dataset.latest?.version ?? 0) + 1} state={preview} problem={errors ? Object.values(errors)[0] : preview.error ? messageOf(preview.error) : undefined} busy={create.isPending} />
    </form>
  );
}
