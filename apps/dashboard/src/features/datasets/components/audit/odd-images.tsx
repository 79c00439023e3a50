import { formatCount } from '@eyegazer/client';
import type { DatasetAudit } from '@eyegazer/core';
import { useState } from 'react';
import { useBackend } from '../../../../api/backend.js';
import { Button } from '../../../../ui/button.js';
import { Icon } from '../../../../ui/icon.js';
import { ImageDialog } from '../images/image-dialog.js';

type Kind = 'blank' | 'tiny' | 'dark';
const words: Record<Kind, { title: string; what: string }> = {
  blank: { title: 'Blank', what: 'One colour all over' },
  tiny: { title: 'Tiny', what: 'Too few pixels to see anything in' },
  dark: { title: 'Very dark', what: 'Hardly any light' },
};
const kinds: Kind[] = ['blank', 'tiny', 'dark'];

/** Images that can hardly teach anything. */
export function OddImages({ datasetId, audit }: { datasetId: string; audit: DatasetAudit }) {
  const found = kinds.filter((kind) => audit[kind].count > 0);
  return (
    <section className="card" data-testid="odd-images">
      <div className="card__head">
        <h2>Images that hardly teach</h2>
        <span className="muted small">blank, tiny or very dark</span>
      </div>
      {found.length === 0 ? (
        <p className="audit-good small">
          <Icon name="check" /> None: every image has something on it.
        </p>
      ) : (
        <div className="odd-images">
          {found.map((kind) => (
            <OddKind key={kind} datasetId={datasetId} kind={kind} {...audit[kind]} />
          ))}
        </div>
      )}
    </section>
  );
}

const shownAtFirst = 12;

function OddKind({ datasetId, kind, count, ids }: { datasetId: string; kind: Kind; count: number; ids: readonly string[] }) {
  const { api } = useBackend();
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<number | null>(null);
  const shown = all ? ids : ids.slice(0, shownAtFirst);
  const opened = open === null ? undefined : shown[open];
  return (
    <section>
      <h3>
        {words[kind].title} <span className="muted">{formatCount(count)}</span>
      </h3>
      <p className="muted small">{words[kind].what}</p>
      <ul className="odd-images__list">
        {shown.map((id, i) => (
          <li key={id}>
            <button type="button" className="thumb" title={id} onClick={() => setOpen(i)}>
              <img src={api.sampleImageUrl(datasetId, id, { size: 160 })} alt={`${words[kind].title}: ${id}`} width={80} height={80} loading="lazy" decoding="async" />
              <span className="thumb__name">{id}</span>
            </button>
          </li>
        ))}
      </ul>
      {!all && ids.length > shownAtFirst && (
        <Button look="quiet" onClick={() => setAll(true)}>
          {`Show ${formatCount(ids.length - shownAtFirst)} more`}
        </Button>
      )}
      {all && count > ids.length && <p className="muted small">The first {formatCount(ids.length)} are listed.</p>}
      {opened !== undefined && open !== null && (
        <ImageDialog
          datasetId={datasetId}
          title={`${words[kind].title}: ${opened}`}
          images={[{ id: opened, tint: 0 }]}
          back={open > 0 ? () => setOpen(open - 1) : undefined}
          next={open + 1 < shown.length ? () => setOpen(open + 1) : undefined}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}
