import { formatCount } from '@eyegazer/client';
import { useRef } from 'react';
import { IconButton } from '../../../../ui/button.js';
import type { ClassDraft } from '../../api/curation-draft.js';

interface ClassRowProps {
  index: number;
  draft: ClassDraft;
  count: number;
  countOf: (label: string) => number;
  ticked: boolean;
  isFirst: boolean;
  isLast: boolean;
  /** Another class is being dragged and can be dropped here. */
  isTarget: boolean;
  onRename: (name: string) => void;
  onTick: (on: boolean) => void;
  onMove: (by: -1 | 1) => void;
  onSplit: () => void;
  onDrag: (on: boolean) => void;
  onDrop: () => void;
}

/** One class: its id, its name, the labels that mean it. */
export function ClassRow({ index, draft, count, countOf, ticked, isFirst, isLast, isTarget, onRename, onTick, onMove, onSplit, onDrag, onDrop }: ClassRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const { name, labels } = draft;
  const merged = labels.length > 1;
  return (
    <li ref={row} className="class-row" data-ticked={ticked} data-testid={`class-${index}`}>
      <span
        className="class-row__grip"
        draggable
        aria-hidden="true"
        title="Drag onto another class to merge them"
        onDragStart={({ dataTransfer }) => {
          dataTransfer.effectAllowed = 'move';
          dataTransfer.setData('text/plain', name);
          if (row.current) dataTransfer.setDragImage(row.current, 12, 12);
          onDrag(true);
        }}
        onDragEnd={() => onDrag(false)}
      />
      <input type="checkbox" className="class-row__tick" checked={ticked} onChange={({ target }) => onTick(target.checked)} aria-label={`Choose class ${index}, ${name}`} data-testid={`tick-class-${index}`} />
      <span className="class-row__id mono muted" aria-hidden="true">
        {index}
      </span>
      <input className="input class-row__name" aria-label={`Name of class ${index}`} value={name} maxLength={100} autoComplete="off" onChange={({ target }) => onRename(target.value)} data-testid={`class-name-${index}`} />
      <span className="class-row__labels">
        {merged || labels[0] !== name.trim() ? (
          labels.map((label) => (
            <span key={label} className="class-row__label" title={`${formatCount(countOf(label))} images labelled ${label}`}>
              {label}
            </span>
          ))
        ) : null}
      </span>
      <span className="class-row__count num">{formatCount(count)}</span>
      <span className="class-row__actions">
        {merged && <IconButton icon="split" label={`Take ${name} apart`} onClick={onSplit} testId={`split-class-${index}`} />}
        <IconButton icon="up" label={`Move ${name} up`} disabled={isFirst} onClick={() => onMove(-1)} />
        <IconButton icon="down" label={`Move ${name} down`} disabled={isLast} onClick={() => onMove(1)} />
      </span>
      {isTarget && <button type="button" tabIndex={-1} className="class-row__target" aria-label={`Drop to merge with ${name}`} onDragOver={(event) => event.preventDefault()} onDrop={onDrop} />}
    </li>
  );
}
