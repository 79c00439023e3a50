import type { ExperimentFilter } from '@eyegazer/client';
import { experimentStates, type TaskConfig } from '@eyegazer/core';
import { Icon } from '../../../ui/icon.js';
import { experimentStateWord } from '../../../ui/state-chip.js';
import { taskWord } from '../../../ui/task-word.js';

const taskKinds: TaskConfig['kind'][] = ['multiclass', 'binary', 'regression'];

interface ExperimentFiltersProps {
  filter: ExperimentFilter;
  onChange: (filter: ExperimentFilter) => void;
  /** Names to choose from. */
  datasets: readonly string[];
  models: readonly string[];
}

/** Which experiments the list shows, and in which order: by time, or by a metric that the rows show. */
export function ExperimentFilters({ filter, onChange, datasets, models }: ExperimentFiltersProps) {
  const select = <K extends Exclude<keyof ExperimentFilter, 'text' | 'tag' | 'deleted'>>(key: K, label: string, options: readonly Option<NonNullable<ExperimentFilter[K]>>[], unset: string) => (
    <label>
      <span className="visually-hidden">{label}</span>
      <select className="input" value={filter[key] ?? ''} onChange={({ target }) => onChange({ ...filter, [key]: target.value === '' ? undefined : target.value })} data-testid={`filter-${key}`}>
        <option value="">{unset}</option>
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <search className="filters">
      <label className="filters__text">
        <span className="visually-hidden">Filter by name</span>
        <Icon name="search" />
        <input className="input" type="search" placeholder="Filter by name" value={filter.text ?? ''} onChange={({ target }) => onChange({ ...filter, text: target.value })} data-testid="filter-text" />
      </label>
      {select('state', 'Filter by state', experimentStates.map((value) => ({ value, text: experimentStateWord(value) })), 'Any state')}
      {select('dataset', 'Filter by dataset', datasets.map(sameText), 'Any dataset')}
      {select('model', 'Filter by base model', models.map(sameText), 'Any model')}
      {select('task', 'Filter by task', taskKinds.map((value) => ({ value, text: taskWord(value) })), 'Any task')}
      {select('sort', 'Order', [{ value: 'qwk', text: 'Best QWK first' }, { value: 'balancedAccuracy', text: 'Best balanced accuracy first' }], 'Newest first')}
    </search>
  );
}

interface Option<V> {
  value: V;
  text: string;
}

function sameText(name: string): Option<string> {
  return { value: name, text: name };
}
