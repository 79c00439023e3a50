import { formatCount } from '@eyegazer/client';
import { totalOf } from '@eyegazer/core';
import { Button } from '../../../../ui/button.js';
import { ClassBar } from '../../../../ui/class-bar.js';
import { Icon } from '../../../../ui/icon.js';
import type { PreviewState } from '../../api/use-curation.js';
import { SplitCounts } from '../versions/split-counts.js';

interface PreviewPanelProps {
  name: string;
  /** The number that a new version gets. */
  next: number;
  state: PreviewState;
  /** What is wrong with the choices. */
  problem: string | undefined;
  busy: boolean;
}

/** What a version of the choices would hold, counted by the server; the button makes it. */
export function PreviewPanel({ name, next, state: { preview, counting }, problem, busy }: PreviewPanelProps) {
  const train = preview ? totalOf(preview.counts.train) : 0;
  const held = preview ? totalOf(preview.counts.eval) : 0;
  const known = preview?.version ?? null;
  return (
    <aside className="preview" aria-label="What the version will hold">
      <div className="card preview__card" data-counting={counting} data-testid="curation-preview">
        <p className="preview__big">
          <strong data-testid="preview-total">{preview ? formatCount(train + held) : '–'}</strong>
          <span>images with a label</span>
        </p>
        {preview && (
          <>
            <ClassBar names={preview.classNames} counts={preview.classNames.map((_, i) => (preview.counts.train[i] ?? 0) + (preview.counts.eval[i] ?? 0))} />
            <div className="preview__counts">
              <SplitCounts names={preview.classNames} counts={preview.counts} />
            </div>
            <LeftOut leftOut={preview.leftOut} />
          </>
        )}
        {problem !== undefined && (
          <p className="preview__problem" role="alert" data-testid="curation-problem">
            <Icon name="alert" />
            <span>{problem}</span>
          </p>
        )}
        {known === null ? (
          <Button type="submit" look="primary" icon="check" busy={busy} disabled={!preview || counting} testId="create-version">
            {`Make ${name}@${next}`}
          </Button>
        ) : (
          <p className="muted small preview__known" data-testid="known-version">
            These choices are {name}@{known}: there is nothing to make.
          </p>
        )}
      </div>
    </aside>
  );
}

function LeftOut({ leftOut: { duplicates, conflicts, labels } }: { leftOut: NonNullable<PreviewState['preview']>['leftOut'] }) {
  const reasons = [
    { count: duplicates, what: 'copies' },
    { count: conflicts, what: 'with conflicting labels' },
    { count: labels, what: 'by their label' },
  ].filter(({ count }) => count > 0);
  return (
    <p className="muted small" data-testid="preview-left-out">
      {reasons.length === 0 ? 'Nothing is left out.' : `Left out: ${reasons.map(({ count, what }) => `${formatCount(count)} ${what}`).join(', ')}.`}
    </p>
  );
}
