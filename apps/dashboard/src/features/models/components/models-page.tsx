import type { ModelWire } from '@eyegazer/core';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { ForRole } from '../../../session/for-role.js';
import { Button } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Loaded } from '../../../ui/loaded.js';
import { Empty } from '../../../ui/notice.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { useTitle } from '../../../ui/use-title.js';
import { useDeleteModel, useModels } from '../api/use-models.js';
import { AddModelDialog } from './add-model-dialog.js';
import { ModelCard } from './model-card.js';
import './models-page.css';

/** Every base model; `?add=1` opens the form at once. */
export function ModelsPage() {
  useTitle('Models');
  const [search, setSearch] = useSearchParams();
  const pages = usePages('models');
  const list = useModels(pages.cursor);
  const [doomed, setDoomed] = useState<ModelWire | null>(null);
  const remove = useDeleteModel();
  const show = (visible: boolean): void => setSearch(visible ? { add: '1' } : {}, { replace: true });
  const addButton = (
    <ForRole needs="member">
      <Button look="primary" icon="plus" onClick={() => show(true)} testId="add-model">
        Add a model
      </Button>
    </ForRole>
  );
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Models</h1>
          <p className="page-head__note">Pretrained vision transformers. Their weights stay frozen: an experiment adds a small adapter.</p>
        </div>
        {list.data && list.data.items.length > 0 && addButton}
      </div>
      <Loaded query={list}>
        {(data) =>
          data.items.length === 0 ? (
            <div className="card">
              <Empty title="No base model yet" actions={addButton}>
                A ViT, DeiT or DINOv2 from the Hugging Face hub, a folder or an S3 bucket. The demo brings a tiny one of its own.
              </Empty>
            </div>
          ) : (
            <ul className="model-list">
              {data.items.map((model) => (
                <ModelCard key={model.id} model={model} onDelete={() => setDoomed(model)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {list.data && <Pager pages={pages} nextCursor={list.data.nextCursor} />}
      {search.has('add') && <AddModelDialog onClose={() => show(false)} />}
      {doomed && (
        <ConfirmDialog
          title={doomed.state === 'importing' ? `Stop importing ${doomed.name}?` : `Remove ${doomed.name}?`}
          action={doomed.state === 'importing' ? 'Stop' : 'Remove'}
          keep={doomed.state === 'importing' ? 'Go on' : 'Keep it'}
          busy={remove.isPending}
          onClose={() => setDoomed(null)}
          onConfirm={() => remove.mutate(doomed.id, { onSettled: () => setDoomed(null) })}
        >
          {doomed.state === 'ready' ? 'Eyegazer forgets this model. What it came from stays as it is.' : 'What has been downloaded of it is removed.'}
        </ConfirmDialog>
      )}
    </>
  );
}
