import { formatBytes } from '@eyegazer/client';
import { useId, useState } from 'react';
import { Icon } from '../../../../ui/icon.js';

/** Takes a zip file of this computer, dropped or picked. */
export function DropZone({ file, error, onChoose }: { file: File | null; error: string | undefined; onChoose: (file: File | null) => void }) {
  const [over, setOver] = useState(false);
  const noteId = useId();
  return (
    <div className="field" data-invalid={error !== undefined}>
      <label className="drop-zone" data-over={over} data-chosen={file !== null}>
        {/* It covers the zone: what is dropped on it is chosen. */}
        <input
          type="file"
          accept=".zip,application/zip"
          className="drop-zone__input"
          aria-describedby={noteId}
          aria-invalid={error !== undefined}
          onDragEnter={() => setOver(true)}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            onChoose(event.dataTransfer.files[0] ?? null);
          }}
          onChange={({ target }) => onChoose(target.files?.[0] ?? null)}
          data-testid="import-file"
        />
        <Icon name={file ? 'check' : 'import'} />
        {file ? (
          <span>
            <strong>{file.name}</strong> <span className="muted">{formatBytes(file.size)}</span>
          </span>
        ) : (
          <span>
            <strong>Drop a zip file here</strong> <span className="muted">or press to choose one</span>
          </span>
        )}
      </label>
      <p id={noteId} className="field__note" role={error === undefined ? undefined : 'alert'}>
        {error}
      </p>
    </div>
  );
}
