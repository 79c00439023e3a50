import { Field } from '../../../../ui/field.js';
import { columnKeys, type ImportDraft } from '../../api/import-request.js';

const layouts = [
  {
    name: 'Kaggle (APTOS)',
    tree: `train.csv      id_code,diagnosis
train_images/
  0a4e1d.png
test.csv       id_code
test_images/`,
  },
  {
    name: 'Class folders',
    tree: `train/
  healthy/    1.jpg  2.jpg
  sick/       3.jpg
test/         or no such level`,
  },
  {
    name: 'Hugging Face image folder',
    tree: `metadata.csv   file_name,label
images/        or .jsonl,
  1.jpg        or .parquet
  2.jpg`,
  },
  {
    name: 'Hugging Face parquet',
    tree: `README.md      with dataset_info
data/
  train-00000-of-00002.parquet
  test-00000-of-00001.parquet`,
  },
];

/** What can be imported, as little trees. */
export function LayoutTrees() {
  return (
    <details className="import-more">
      <summary>How the files can lie</summary>
      <ul className="layout-trees">
        {layouts.map(({ name, tree }) => (
          <li key={name}>
            <h3>{name}</h3>
            <pre>{tree}</pre>
          </li>
        ))}
      </ul>
      <p className="muted small">Which one it is shows itself. A folder around everything does no harm. PNG, JPEG, WebP and TIFF are read.</p>
    </details>
  );
}

const columnWords: Record<(typeof columnKeys)[number], { label: string; hint: string }> = {
  image: { label: 'Image', hint: 'An id or a file name' },
  label: { label: 'Label', hint: 'What is to be learned' },
  group: { label: 'Group', hint: 'A patient: never on both sides of a split' },
  split: { label: 'Split', hint: 'train, validation or test' },
};

/** Names of a table's columns, where they are not the layout's own; it opens by itself when one is wrong. */
export function ColumnFields({ draft, error, onChange }: { draft: ImportDraft; error: string | undefined; onChange: (changes: Partial<ImportDraft>) => void }) {
  const isUsed = columnKeys.some((key) => draft.columns[key] !== '');
  return (
    <details className="import-more" open={error !== undefined || isUsed || undefined} data-testid="import-columns">
      <summary>Advanced: columns with other names</summary>
      <div className="form-grid import-columns">
        {columnKeys.map((key) => (
          <Field key={key} label={columnWords[key].label} hint={columnWords[key].hint} error={error}>
            {(control) => (
              <input
                {...control}
                className="input mono"
                autoComplete="off"
                spellCheck={false}
                placeholder="The layout’s own"
                value={draft.columns[key]}
                onChange={({ target }) => onChange({ columns: { ...draft.columns, [key]: target.value } })}
                data-testid={`import-column-${key}`}
              />
            )}
          </Field>
        ))}
      </div>
    </details>
  );
}
