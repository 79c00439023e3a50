import { formatCount } from '@eyegazer/client';
import { splitNames, type DatasetVersionWire, type DatasetWire, type SplitName } from '@eyegazer/core';
import { useState } from 'react';
import { Choice } from '../../../../ui/field.js';
import { Loaded } from '../../../../ui/loaded.js';
import { Pager, usePages } from '../../../../ui/pager.js';
import { useSamples } from '../../api/use-datasets.js';
import { ImageDialog } from './image-dialog.js';
import './images.css';

const splitWords: Record<SplitName, string> = { train: 'Train', eval: 'Held out', predict: 'Without label' };

/** A version's images, by split and class, page by page. */
export function SampleGrid({ dataset, version }: { dataset: DatasetWire; version: DatasetVersionWire }) {
  const { classNames, counts } = version;
  const [split, setSplit] = useState<SplitName>('train');
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const [open, setOpen] = useState<number | null>(null);
  const label = split === 'predict' ? undefined : chosen;
  const pages = usePages(`${version.contentId}/${split}/${label ?? ''}`);
  const samples = useSamples(dataset, { version: version.version, split, label, cursor: pages.cursor });
  const splits = splitNames.filter((name) => counts[name].some((count) => count > 0));
  const items = samples.data?.items ?? [];
  const shown = open === null ? undefined : items[open];
  const nameOf = (id: number | null): string | null => (id === null ? null : (classNames[id] ?? String(id)));
  return (
    <section className="card">
      <div className="card__head">
        <h2>Images</h2>
        <div className="row-actions" role="radiogroup" aria-label="Part of the dataset">
          {splits.map((name) => (
            <Choice key={name} type="radio" name="sample-split" checked={split === name} onChange={() => setSplit(name)} testId={`samples-split-${name}`}>
              {splitWords[name]}
            </Choice>
          ))}
        </div>
      </div>
      {split !== 'predict' && (
        <div className="row-actions sample-filter" role="radiogroup" aria-label="Class">
          <Choice type="radio" name="sample-label" checked={chosen === undefined} onChange={() => setChosen(undefined)}>
            Every class
          </Choice>
          {classNames.map((name, i) => (
            <Choice key={i} type="radio" name="sample-label" checked={chosen === i} onChange={() => setChosen(i)} testId={`samples-label-${i}`}>
              {name}
              <span className="muted">&nbsp;{formatCount(counts[split][i] ?? 0)}</span>
            </Choice>
          ))}
        </div>
      )}
      <Loaded query={samples} lines={6}>
        {(data) =>
          data.items.length === 0 ? (
            <p className="muted small">No image here.</p>
          ) : (
            <ul className="sample-grid" data-stale={samples.isPlaceholderData} data-testid="samples">
              {data.items.map((sample, i) => (
                <li key={sample.id}>
                  <button type="button" className="thumb" onClick={() => setOpen(i)} title={`${sample.id}, ${sample.width} × ${sample.height}`}>
                    <img src={sample.image} alt={`${sample.id}${sample.label === null ? '' : `, ${nameOf(sample.label)}`}`} width={112} height={112} loading="lazy" decoding="async" />
                    <span className="thumb__name">{nameOf(sample.label) ?? sample.id}</span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {samples.data && <Pager pages={pages} nextCursor={samples.data.nextCursor} />}
      {shown && open !== null && (
        <ImageDialog
          datasetId={dataset.id}
          version={version.version}
          title={shown.id}
          images={[{ ...shown, label: nameOf(shown.label), tint: shown.label ?? 0 }]}
          back={open > 0 ? () => setOpen(open - 1) : undefined}
          next={open + 1 < items.length ? () => setOpen(open + 1) : undefined}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}
