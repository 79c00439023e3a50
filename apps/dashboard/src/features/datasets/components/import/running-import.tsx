import type { DatasetWire } from '@eyegazer/core';
import { useState } from 'react';
import { ForRole } from '../../../../session/for-role.js';
import { Button } from '../../../../ui/button.js';
import { ConfirmDialog } from '../../../../ui/confirm-dialog.js';
import { useCancelImport } from '../../api/use-datasets.js';
import { ImportOrigin } from './import-origin.js';
import { ImportSteps } from './import-progress-bar.js';

/** An import under way: its steps, how far it is, and the way out. */
export function RunningImport({ dataset: { id, name, progress, latest, request } }: { dataset: DatasetWire }) {
  const [asking, setAsking] = useState(false);
  const cancel = useCancelImport();
  return (
    <section className="card import-running" data-testid="running-import">
      <div className="card__head">
        <h2>{latest ? 'Importing again' : 'Importing'}</h2>
        <ForRole needs="member">
          <Button icon="stop" onClick={() => setAsking(true)} testId="cancel-import">
            Cancel the import
          </Button>
        </ForRole>
      </div>
      <ImportSteps name={name} progress={progress} />
      {request && <ImportOrigin source={request.source} />}
      {asking && (
        <ConfirmDialog title={`Cancel the import of ${name}?`} action="Cancel the import" keep="Go on" busy={cancel.isPending} onClose={() => setAsking(false)} onConfirm={() => cancel.mutate(id, { onSettled: () => setAsking(false) })}>
          {latest ? 'What it has read so far is not kept; the versions that are there stay.' : 'What it has read so far is not kept. What it reads from stays as it is.'}
        </ConfirmDialog>
      )}
    </section>
  );
}
