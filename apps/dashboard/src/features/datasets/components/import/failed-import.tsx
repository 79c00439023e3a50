import type { DatasetWire, ErrorRecord } from '@eyegazer/core';
import { useState } from 'react';
import { ForRole } from '../../../../session/for-role.js';
import { Button } from '../../../../ui/button.js';
import { Icon } from '../../../../ui/icon.js';
import { useImport } from '../../api/use-datasets.js';
import { ImportDialog } from './import-dialog.js';
import { ImportOrigin } from './import-origin.js';
import './import.css';

/** Why the newest import failed, and how to try it again: the same as before, or from elsewhere. */
export function FailedImport({ dataset, error }: { dataset: DatasetWire; error: ErrorRecord }) {
  const [changing, setChanging] = useState(false);
  const retry = useImport(() => undefined);
  const { request, latest, name } = dataset;
  return (
    <section className="card failed-import" role="alert" data-testid="failed-import">
      <div className="failed-import__what">
        <Icon name="alert" />
        <div>
          <h2>{error.code === 'CANCELLED' ? 'The import was cancelled' : latest ? 'The newest import failed' : 'The import failed'}</h2>
          <p>{error.message}</p>
          {request && <ImportOrigin source={request.source} />}
          {latest && <p className="muted small">Everything below is of the import before it.</p>}
        </div>
      </div>
      {retry.error && <p className="upload-row__error">{retry.error.message}</p>}
      <ForRole needs="member">
        <div className="row-actions">
          {request && (
            <Button icon="retry" busy={retry.isPending} onClick={() => retry.mutate(request)} testId="retry-import">
              Try again
            </Button>
          )}
          <Button look="quiet" icon="import" onClick={() => setChanging(true)} testId="change-import">
            Import from elsewhere
          </Button>
        </div>
      </ForRole>
      {changing && <ImportDialog again={request ?? undefined} name={name} onClose={() => setChanging(false)} onStarted={() => setChanging(false)} />}
    </section>
  );
}
