import { formatCount } from '@eyegazer/client';
import { totalOf, type DatasetVersionWire, type DatasetWire } from '@eyegazer/core';
import { useQuery } from '@tanstack/react-query';
import { useBackend } from '../../../api/backend.js';
import { versionsQuery } from '../../../api/shared-queries.js';
import { ClassBar } from '../../../ui/class-bar.js';
import { Field } from '../../../ui/field.js';
import { formatReference, parseReference } from '../api/dataset-reference.js';
import { errorAt, useForm } from './form-context.js';
import { withChosen } from './with-chosen.js';

export interface ChosenVersion {
  /** Every version of the chosen dataset, newest first; the newest alone until the others are loaded. */
  versions: readonly DatasetVersionWire[];
  /** The chosen one, if it is there. */
  version: DatasetVersionWire | undefined;
}

/** The version that a reference such as `aptos` or `aptos@3` means. */
export function useChosenVersion(datasets: readonly DatasetWire[], reference: string): ChosenVersion {
  const { api } = useBackend();
  const { name, version } = parseReference(reference);
  const dataset = datasets.find((each) => each.name === name);
  const list = useQuery({ ...versionsQuery(api, dataset?.id ?? ''), enabled: dataset !== undefined });
  const versions = list.data?.items ?? (dataset?.latest ? [dataset.latest] : []);
  return { versions, version: version === null ? versions[0] : versions.find((each) => each.version === version) };
}

/** A dataset, one of its versions, and what is in that. */
export function DatasetFields({ datasets, chosen: { versions, version } }: { datasets: readonly DatasetWire[]; chosen: ChosenVersion }) {
  const { draft, change, errors } = useForm();
  const reference = parseReference(draft.dataset);
  // Positive classes are ids of another version's classes.
  const choose = (next: typeof reference): void => change({ dataset: formatReference(next), positive: null });
  return (
    <>
      <div className="form-grid">
        <Field label="Dataset" hint={version ? `${formatCount(totalOf(version.counts.train))} to train on, ${formatCount(totalOf(version.counts.eval))} held out` : undefined} error={errorAt(errors, 'dataset')}>
          {(control) => (
            <select {...control} className="input" value={reference.name} onChange={({ target }) => choose({ name: target.value, version: null })} data-testid="field-dataset">
              {withChosen(datasets.map(({ name }) => name), reference.name).map(({ value, text }) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Version" hint={version ? `${formatCount(version.classNames.length)} classes, ${version.ordinal ? 'ordered' : 'not ordered'}` : undefined}>
          {(control) => (
            <select {...control} className="input" value={reference.version ?? ''} onChange={({ target }) => choose({ name: reference.name, version: target.value === '' ? null : Number(target.value) })} data-testid="field-dataset-version">
              <option value="">{versions[0] ? `Newest, @${versions[0].version}` : 'Newest'}</option>
              {reference.version !== null && !version && <option value={reference.version}>@{reference.version}</option>}
              {versions.map((each) => (
                <option key={each.version} value={each.version}>
                  {`@${each.version}: ${each.classNames.length} classes, ${formatCount(totalOf(each.counts.train) + totalOf(each.counts.eval))} images`}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {version && (
        <div className="dataset-classes" data-testid="dataset-classes">
          <ClassBar names={version.classNames} counts={version.classNames.map((_, i) => (version.counts.train[i] ?? 0) + (version.counts.eval[i] ?? 0))} />
        </div>
      )}
    </>
  );
}
