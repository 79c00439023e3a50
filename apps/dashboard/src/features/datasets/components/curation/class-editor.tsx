import { formatCount } from '@eyegazer/client';
import { useState } from 'react';
import { Button } from '../../../../ui/button.js';
import { Choice, FieldGroup } from '../../../../ui/field.js';
import { Icon } from '../../../../ui/icon.js';
import { chooseHealthyOrNot, keyOf, leaveOutClasses, leftOutLabels, mergeClasses, moveClass, renameClass, splitClass, takeBack, type CurationDraft } from '../../api/curation-draft.js';
import { ClassRow } from './class-row.js';

interface ClassEditorProps {
  draft: CurationDraft;
  labels: readonly string[];
  /** Images of each label. */
  counts: readonly number[];
  /** What it is when nothing is chosen; null while that is not known. */
  ordinal: boolean | null;
  error: string | undefined;
  onChange: (draft: CurationDraft) => void;
}

/** Which labels make which class: names, merges, order, what is left out. */
export function ClassEditor({ draft, labels, counts, ordinal, error, onChange }: ClassEditorProps) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const chosen = new Set(draft.classes.map(keyOf).filter((key) => ticked.has(key)));
  const leftOut = leftOutLabels(draft, labels);
  const countOf = (label: string): number => counts[labels.indexOf(label)] ?? 0;
  const nameOf = (key: string): string => draft.classes.find((each) => keyOf(each) === key)?.name ?? key;

  function apply(next: CurationDraft, what: string): void {
    onChange(next);
    setTicked(new Set());
    setSaid(what);
  }
  const merge = (keys: ReadonlySet<string>): void => apply(mergeClasses(draft, keys), `Merged ${[...keys].map(nameOf).join(' and ')}.`);

  return (
    <section className="card" data-testid="class-editor">
      <div className="card__head">
        <h2>Classes</h2>
        <div className="row-actions">
          {labels.length > 2 && (
            <Button look="plain" onClick={() => apply(chooseHealthyOrNot(draft, labels), `Two classes: ${labels[0]} against the rest.`)} testId="healthy-or-not">
              Healthy or not
            </Button>
          )}
          <Button look="quiet" onClick={() => apply({ ...draft, classes: labels.map((label) => ({ name: label, labels: [label] })) }, 'Every label is a class.')} testId="every-label">
            Every label a class
          </Button>
        </div>
      </div>
      <ol className="class-list" data-scrolls={draft.classes.length > 12}>
        {draft.classes.map((each, i) => {
          const key = keyOf(each);
          return (
            <ClassRow
              key={key}
              index={i}
              draft={each}
              count={each.labels.reduce((sum, label) => sum + countOf(label), 0)}
              countOf={countOf}
              ticked={chosen.has(key)}
              isFirst={i === 0}
              isLast={i === draft.classes.length - 1}
              isTarget={dragged !== null && dragged !== key}
              onRename={(name) => onChange(renameClass(draft, key, name))}
              onTick={(on) => setTicked(new Set(on ? [...chosen, key] : [...chosen].filter((other) => other !== key)))}
              onMove={(by) => apply(moveClass(draft, key, by), `${each.name} is class ${i + by}.`)}
              onSplit={() => apply(splitClass(draft, key), `${each.name} is taken apart.`)}
              onDrag={(on) => setDragged(on ? key : null)}
              onDrop={() => {
                setDragged(null);
                if (dragged !== null && dragged !== key) merge(new Set([dragged, key]));
              }}
            />
          );
        })}
      </ol>
      <div className="class-list__foot">
        <p className="muted small" role={error === undefined ? undefined : 'alert'} data-wrong={error !== undefined}>
          {error ?? (chosen.size === 0 ? 'Tick classes to merge them or to leave them out, or drag one onto another.' : `${formatCount(chosen.size)} chosen`)}
        </p>
        <div className="row-actions">
          <Button disabled={chosen.size < 2} onClick={() => merge(chosen)} testId="merge-classes">
            Merge
          </Button>
          <Button disabled={chosen.size === 0} onClick={() => apply(leaveOutClasses(draft, chosen), `Left out ${[...chosen].map(nameOf).join(' and ')}.`)} testId="leave-out-classes">
            Leave out
          </Button>
        </div>
      </div>
      {leftOut.length > 0 && (
        <fieldset className="left-out" data-testid="left-out">
          <legend className="visually-hidden">Labels left out</legend>
          <span className="muted small" aria-hidden="true">
            Left out
          </span>
          {leftOut.map((label) => (
            <button key={label} type="button" className="left-out__label" onClick={() => apply(takeBack(draft, label, labels), `${label} is a class again.`)} title={`Take ${label} back`}>
              {label} <span className="muted">{formatCount(countOf(label))}</span>
              <Icon name="plus" />
            </button>
          ))}
        </fieldset>
      )}
      <FieldGroup label="Order" hint={ordinal === true ? 'Each class is more than the one above it, as grades are: a regression can learn it' : 'The classes are just different: an answer is right or wrong'} testId="ordinal">
        <Choice type="radio" name="ordinal" checked={ordinal === true} onChange={() => onChange({ ...draft, ordinal: true })} testId="ordinal-yes">
          Ordered
        </Choice>
        <Choice type="radio" name="ordinal" checked={ordinal === false} onChange={() => onChange({ ...draft, ordinal: false })} testId="ordinal-no">
          Not ordered
        </Choice>
      </FieldGroup>
      <output className="visually-hidden">{said}</output>
    </section>
  );
}
