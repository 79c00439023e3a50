import { formatCount } from '@eyegazer/client';
import { splitNames, type DatasetVersionWire, type SplitName } from '@eyegazer/core';
import { useState } from 'react';
import { Choice } from '../../../ui/field.js';
import { Loaded } from '../../../ui/loaded.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { useSamples } from '../api/use-datasets.js';

const splitWords: Record<SplitName, string> = { train: 'Train', eval: 'Held out', predict: 'Without label' };

interface SampleGridProps {
  id: string;
  classNames: readonly string[];
  counts: DatasetVersionWire['counts'];
}

/** The images themselves, by split and class, page by page. */
export function SampleGrid({ id, classNames, counts }: SampleGridProps) {
  const [split, setSplit] = useState<SplitName>('train');
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const label = split === 'predict' ? undefined : chosen;
  const pages = usePages(`${split}/${label ?? ''}`);
  const samples = useSamples(id, { split, label, cursor: pages.cursor }, true);
  const splits = splitNames.filter((name) => counts[name].some((count) => count > 0));
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
              {data.items.map((sample) => (
                <li key={sample.id}>
                  <img src={sample.image} alt={`${sample.id}${sample.label === null ? '' : `, ${classNames[sample.label] ?? sample.label}`}`} width={112} height={112} loading="lazy" decoding="async" />
                  <span className="sample-grid__id" title={`${sample.id}, ${sample.width} × ${sample.height}`}>
                    {sample.label === null ? sample.id : (classNames[sample.label] ?? sample.label)}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {samples.data && <Pager pages={pages} nextCursor={samples.data.nextCursor} />}
    </section>
  );
}
