import { formatCount } from '@eyegazer/client';
import { totalOf, type DatasetVersionWire, type DatasetWire } from '@eyegazer/core';
import { useState } from 'react';
import { useBackend } from '../../../../api/backend.js';
import { ForRole } from '../../../../session/for-role.js';
import { Button, ButtonLink } from '../../../../ui/button.js';
import { Chip } from '../../../../ui/chip.js';
import { Fact } from '../../../../ui/fact.js';
import { formatInstant } from '../../../../ui/format-time.js';
import { ClassBar } from '../../../../ui/class-bar.js';
import { describeClasses, describeSplit, policyWords } from './curation-words.js';
import { SplitCounts } from './split-counts.js';

/** One version: what is in it, how it was chosen, and what can be done with it. */
export function VersionCard({ dataset, version, newest }: { dataset: DatasetWire; version: DatasetVersionWire; newest: boolean }) {
  const { api } = useBackend();
  const [open, setOpen] = useState(newest);
  const { version: number, classNames, counts, curation, leftOut, ordinal, createdAt, contentId, split } = version;
  const reference = `${dataset.name}@${number}`;
  const classes = describeClasses(curation);
  return (
    <li className="card version-card" data-testid={`version-${number}`}>
      <div className="version-card__head">
        <h2>{reference}</h2>
        {newest && <Chip tone="accent">Newest</Chip>}
        <span className="muted small">{formatInstant(createdAt)}</span>
        <ForRole needs="member">
          <ButtonLink look={newest ? 'primary' : 'plain'} href={`/new?dataset=${encodeURIComponent(reference)}`} testId={`train-on-${number}`}>
            Train on it
          </ButtonLink>
        </ForRole>
      </div>
      <ClassBar names={classNames} counts={classNames.map((_, i) => (counts.train[i] ?? 0) + (counts.eval[i] ?? 0))} />
      {classes.length > 0 && <p className="muted small">{classes.join(' · ')}</p>}
      <dl className="facts version-card__facts">
        <Fact name="To train on">{formatCount(totalOf(counts.train))}</Fact>
        <Fact name="Held out">{`${formatCount(totalOf(counts.eval))}: ${describeSplit(split)}`}</Fact>
        {totalOf(counts.predict) > 0 && <Fact name="Without label">{formatCount(totalOf(counts.predict))}</Fact>}
        <Fact name="Classes">{`${formatCount(classNames.length)}, ${ordinal ? 'ordered' : 'not ordered'}`}</Fact>
        <Fact name="Left out">{leftOut === 0 ? 'nothing' : `${formatCount(leftOut)} ${leftOut === 1 ? 'image' : 'images'}`}</Fact>
        <Fact name="Same pixels">{curation.duplicates === curation.conflicts ? policyWords[curation.duplicates] : `${policyWords[curation.duplicates]}; conflicts: ${policyWords[curation.conflicts].toLowerCase()}`}</Fact>
      </dl>
      {open && <SplitCounts names={classNames} counts={counts} />}
      <div className="version-card__foot">
        <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)} testId={`version-counts-${number}`}>
          {open ? 'Hide the counts' : 'Counts per class'}
        </Button>
        <ButtonLink look="quiet" href={newest ? `/datasets/${dataset.id}` : `/datasets/${dataset.id}?version=${number}`} testId={`version-images-${number}`}>
          Its images
        </ButtonLink>
        <ForRole needs="member">
          {dataset.audit && (
            <ButtonLink look="quiet" icon="clone" href={`/datasets/${dataset.id}/new?from=${number}`}>
              Start from its choices
            </ButtonLink>
          )}
        </ForRole>
        <span className="version-card__exports" title="For datasets.load_dataset">
          <span className="muted small">Export</span>
          <ButtonLink look="quiet" icon="download" download href={api.exportUrl(dataset.id, number, 'parquet')} testId={`export-parquet-${number}`}>
            Parquet
          </ButtonLink>
          <ButtonLink look="quiet" icon="download" download href={api.exportUrl(dataset.id, number, 'imagefolder')} testId={`export-imagefolder-${number}`}>
            Image folder
          </ButtonLink>
        </span>
      </div>
      <p className="version-card__content">
        content <code>{contentId}</code>
      </p>
    </li>
  );
}
