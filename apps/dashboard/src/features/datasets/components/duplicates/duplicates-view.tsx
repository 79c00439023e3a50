import { formatCount } from '@eyegazer/client';
import type { DatasetWire, DuplicateGroupWire } from '@eyegazer/core';
import { useRef, useState, type KeyboardEvent } from 'react';
import { Link, useSearchParams } from 'wouter';
import { Choice } from '../../../../ui/field.js';
import { Loaded } from '../../../../ui/loaded.js';
import { Empty } from '../../../../ui/notice.js';
import { Pager, usePages } from '../../../../ui/pager.js';
import { useDuplicates } from '../../api/use-datasets.js';
import { ImageDialog } from '../images/image-dialog.js';
import { DuplicateGroupCard, showGroup } from './duplicate-group-card.js';
import './duplicates.css';

type Kind = DuplicateGroupWire['kind'];
const kindWords: { value: Kind | undefined; text: string }[] = [
  { value: undefined, text: 'All' },
  { value: 'exact', text: 'Same pixels' },
  { value: 'near', text: 'Nearly the same' },
];

/** Groups of the same image, conflicting ones first; `?kind=near` shows only those. */
export function DuplicatesView({ dataset }: { dataset: DatasetWire }) {
  const [search, setSearch] = useSearchParams();
  const kind = kindWords.find(({ value }) => value === search.get('kind'))?.value;
  const conflicting = search.has('conflicting');
  const pages = usePages(`${kind ?? ''}/${conflicting}`);
  const groups = useDuplicates(dataset, { kind, conflicting, cursor: pages.cursor });
  const [open, setOpen] = useState<number | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const { audit, id } = dataset;
  const items = groups.data?.items ?? [];
  const shown = open === null ? undefined : items[open];
  const labels = audit?.labels ?? [];

  const choose = (next: { kind?: Kind | undefined; conflicting?: boolean }): void => {
    const wanted = { kind, conflicting, ...next };
    setSearch({ ...(wanted.kind ? { kind: wanted.kind } : {}), ...(wanted.conflicting ? { conflicting: '1' } : {}) }, { replace: true });
  };

  /** Up and down go from group to group. */
  function onKeyDown(event: KeyboardEvent): void {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[data-group]') ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const target = buttons[at + by];
    if (by === 0 || at < 0 || !target) return;
    event.preventDefault();
    target.focus({ preventScroll: true });
    target.closest('li')?.scrollIntoView({ block: 'nearest' });
  }

  return (
    <div className="stack">
      <section className="card">
        <div className="card__head">
          <h2>Duplicates</h2>
          <Link className="small" href={`/datasets/${id}/new`}>
            Choose what becomes of them
          </Link>
        </div>
        <p className="muted small duplicates__intro">
          {audit && audit.exact.conflicting > 0 && (
            <>
              <strong>{formatCount(audit.exact.conflicting)}</strong> {audit.exact.conflicting === 1 ? 'group holds' : 'groups hold'} the same pixels under different labels: whichever is right, a model is taught both.{' '}
            </>
          )}
          A group never lies on both sides of a split, whatever you choose.
        </p>
        <div className="row-actions">
          <div className="row-actions" role="radiogroup" aria-label="Kind of duplicates">
            {kindWords.map(({ value, text }) => (
              <Choice key={text} type="radio" name="duplicate-kind" checked={kind === value} onChange={() => choose({ kind: value })} testId={`duplicates-${value ?? 'all'}`}>
                {text}
                {audit && <span className="muted">&nbsp;{formatCount(value === undefined ? audit.exact.groups + audit.near.groups : audit[value].groups)}</span>}
              </Choice>
            ))}
          </div>
          <Choice type="checkbox" checked={conflicting} onChange={(on) => choose({ conflicting: on })} testId="duplicates-conflicting">
            Conflicting labels only
          </Choice>
        </div>
      </section>
      <Loaded query={groups} lines={6}>
        {(data) =>
          data.items.length === 0 ? (
            <div className="card">
              <Empty title={kind === undefined && !conflicting ? 'No duplicates' : 'No such group'}>{kind === undefined && !conflicting ? 'No two images have the same pixels or look nearly the same.' : 'Nothing of this kind was found.'}</Empty>
            </div>
          ) : (
            <ul ref={list} className="duplicate-groups" data-stale={groups.isPlaceholderData} data-testid="duplicate-groups">
              {data.items.map((group, i) => (
                <DuplicateGroupCard key={`${group.kind}/${group.images[0]?.id ?? i}`} datasetId={id} group={group} labels={labels} onOpen={() => setOpen(i)} onKeyDown={onKeyDown} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {groups.data && <Pager pages={pages} nextCursor={groups.data.nextCursor} />}
      {shown && open !== null && (
        <ImageDialog
          datasetId={id}
          title={`${shown.kind === 'exact' ? 'Same pixels' : 'Nearly the same'}: group ${open + 1} of ${items.length} on this page`}
          images={showGroup(shown, labels)}
          back={open > 0 ? () => setOpen(open - 1) : undefined}
          next={open + 1 < items.length ? () => setOpen(open + 1) : undefined}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  );
}
