import { formatCount } from '@eyegazer/client';
import type { DuplicateGroupWire } from '@eyegazer/core';
import type { KeyboardEvent } from 'react';
import { useBackend } from '../../../../api/backend.js';
import { Chip } from '../../../../ui/chip.js';
import { Icon } from '../../../../ui/icon.js';
import type { ShownImage } from '../images/image-dialog.js';
import { LabelMark } from '../images/label-mark.js';

interface DuplicateGroupCardProps {
  datasetId: string;
  group: DuplicateGroupWire;
  /** All labels, in their order: the colours of marks. */
  labels: readonly string[];
  onOpen: () => void;
  /** Of the button that opens it. */
  onKeyDown: (event: KeyboardEvent) => void;
}

/** The images of a group with their labels in colour. */
export function showGroup(group: DuplicateGroupWire, labels: readonly string[]): ShownImage[] {
  return group.images.map(({ id, label, width, height }) => ({ id, label, width, height, tint: label === null ? 0 : Math.max(0, labels.indexOf(label)) }));
}

/** One group, side by side. */
export function DuplicateGroupCard({ datasetId, group, labels, onOpen, onKeyDown }: DuplicateGroupCardProps) {
  const { api } = useBackend();
  const { kind, conflicting, imageCount, images } = group;
  const distinct = labels.filter((label) => images.some((image) => image.label === label));
  const title = `${formatCount(imageCount)} images ${kind === 'exact' ? 'with the same pixels' : 'that look nearly the same'}`;
  return (
    <li className="card duplicate-group" data-conflicting={conflicting} data-testid="duplicate-group" data-kind={kind}>
      <div className="duplicate-group__head">
        <button type="button" className="duplicate-group__open" data-group onClick={onOpen} onKeyDown={onKeyDown} aria-label={`Compare ${title}${conflicting ? `, labelled ${distinct.join(' and ')}` : ''}`}>
          {title}
          <Icon name="search" />
        </button>
        {conflicting && (
          <Chip tone="critical" testId="conflict">
            {`Labelled ${distinct.join(' and ')}`}
          </Chip>
        )}
      </div>
      <ul className="duplicate-group__images">
        {showGroup(group, labels).map(({ id, label, tint, width, height }) => (
          <li key={id}>
            <img src={api.sampleImageUrl(datasetId, id, { size: 256 })} alt="" width={184} height={184} loading="lazy" decoding="async" />
            <LabelMark label={label ?? null} tint={tint} />
            <span className="thumb__name" title={`${id}, ${width} × ${height}`}>
              {id}
            </span>
          </li>
        ))}
        {imageCount > images.length && <li className="duplicate-group__more muted small">and {formatCount(imageCount - images.length)} more</li>}
      </ul>
    </li>
  );
}
