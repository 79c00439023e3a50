import { formatBytes, formatParameters } from '@eyegazer/client';
import type { ModelWire } from '@eyegazer/core';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { ForRole } from '../../../session/for-role.js';
import { Button, IconButton } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Fact } from '../../../ui/fact.js';
import { Loaded } from '../../../ui/loaded.js';
import { Empty } from '../../../ui/notice.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { useTitle } from '../../../ui/use-title.js';
import { useDeleteModel, useModels } from '../api/use-models.js';
import { AddModelDialog } from './add-model-dialog.js';
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
                A ViT in Hugging Face layout: a folder with config.json and model.safetensors. The demo brings a tiny one of its own.
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
        <ConfirmDialog title={`Remove ${doomed.name}?`} action="Remove" keep="Keep it" busy={remove.isPending} onClose={() => setDoomed(null)} onConfirm={() => remove.mutate(doomed.id, { onSettled: () => setDoomed(null) })}>
          Eyegazer forgets this model. The folder that it came from stays as it is.
        </ConfirmDialog>
      )}
    </>
  );
}

function ModelCard({ model, onDelete }: { model: ModelWire; onDelete: () => void }) {
  return (
    <li className="card" data-testid={`model-row-${model.name}`}>
      <div className="card__head">
        <h2>{model.name}</h2>
        <ForRole needs="member">
          <IconButton icon="trash" label={`Remove ${model.name}`} onClick={onDelete} />
        </ForRole>
      </div>
      <dl className="facts facts--model">
        <Fact name="Parameters">{formatParameters(model.parameterCount)}</Fact>
        <Fact name="On disk">{formatBytes(model.byteLength)}</Fact>
        <Fact name="Image">{`${model.imageSize} px, patches of ${model.patchSize}`}</Fact>
        <Fact name="Shape">{`${model.numHiddenLayers} layers, width ${model.hiddenSize}, ${model.numAttentionHeads} heads`}</Fact>
      </dl>
      <p className="model-list__source mono muted">{model.source}</p>
    </li>
  );
}
